/** The rule about stages bites, in whichever form a kind is compared, and leaves alone what only looks like one. */
import { describe, expect, test } from '@jest/globals';
import { makeSourceFile } from './source-file.js';
import { stageViolations } from './stage-rules.js';

describe('the rule about stages', () => {
  const found = (code: string, path = 'libs/runtime/a.ts'): string[] =>
    stageViolations(makeSourceFile(path, `/** A file made up for a test. */\n${code}`));

  test.each([
    "const own = task.kind === 'validate';",
    "const own = stage !== 'partials';",
    "const own = kindOf(task) === 'window';",
    "const own = 'merge' === task.kind;",
    'const own = (task.stage.kind as string) == `enrich`;',
    "const own = task.stage?.['kind'] === 'window';",
    "const own = kind ===\n  'results';",
    "switch (stage) { case 'results': }",
    "const { kind: k } = stage; if (k === 'raw') f();",
    "const own = ['window', 'other'].includes(task.stage.kind);",
    "const own = (['partials'] as const).indexOf(kind) >= 0;",
    "const own = new Set(['validate']).has(kind);",
    "const own = known.has('reduce');",
    "const own = new Map([['merge', 1]]).get(kind);",
    'const own = { validate: 1, enrich: 2, other: 3 }[kind];',
    'const own: Record<string, number> = { window: 1, merge: 2 };',
    "const own = { reduce() {}, 'window': 2 };",
    "const own = ['window', 'merge'];",
    "const own = task.name.startsWith('validate');",
    'const own = /^(validate|valid)$/.test(kind);',
    "import { validate } from '#stages/kinds/validate';",
  ])('finds %s', (code) => {
    expect(found(code)).toEqual([expect.stringContaining('libs/runtime/a.ts:2 compares')]);
  });

  test.each([
    "const own = type.kind === 'list';",
    "const own = verdict.kind === 'halt';",
    "switch (kind) { case 'string': }",
    "const by = () => 'validate';",
    "const isRefused = section.name === 'rejected';",
    "const path = ['enrich', source, 'sql'];",
    'const all = { pipeline: 1, enriched: 2, results: 3 };',
    'byTask(task, { ingest: 1, log: 2, lake: 3 });',
    'f({ window, results, raw });',
    "const refused = ['ok', 'rejected', 'late'].includes(name);",
    "import { logStages } from '#stages/kinds/all-stages';",
    "import type { Validate } from '#stages/kinds/validate';",
  ])('leaves %s alone', (code) => {
    expect(found(code)).toEqual([]);
  });

  test('lets a controller, and the declarations, name their stages', () => {
    const code = "import { validate } from '#stages/kinds/validate';";
    expect(found(code, 'apps/validate/validate.controller.ts')).toEqual([]);
    expect(found(code, 'apps/validate/main.ts')).toHaveLength(1);
    expect(found("const own = kind === 'merge';", 'libs/stages/kinds/merge.ts')).toEqual([]);
  });
});
