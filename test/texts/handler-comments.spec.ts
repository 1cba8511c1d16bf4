/** The comments of handlers say what the stages do, and a handler of no stage is found. */
import { expect, test } from '@jest/globals';
import { withSubjects } from './handler-comments.js';

const handlers = (...comments: readonly string[]): string =>
  ['validate', 'merge']
    .map((stage, at) => `class A {\n${comments[at] ?? ''}  @OnFrames(${stage})\n  ${stage}() {}\n}\n`)
    .join('');
const right = [
  '  /** Reads `afl.<pipeline>.raw.<source>.<partition>`, writes `afl.<pipeline>.valid.<source>.<partition>`. */\n',
  '  /** Reads `afl.<pipeline>.partials.<window>.<partition>`, writes `afl.<pipeline>.results.<window>.0`. */\n',
];

test('a handler without a comment gets one, one that is wrong is put right, and one that is right stays', () => {
  const wrong = '  /** Reads `afl.<pipeline>.old.<source>.0`, writes nothing. */\n';
  for (const before of [[], [wrong], right]) expect(withSubjects(handlers(...before))).toBe(handlers(...right));
});

test('a handler of what is no stage is named', () => {
  expect(() => withSubjects('  @OnFrames(nothing)\n')).toThrow('@OnFrames(nothing)');
});
