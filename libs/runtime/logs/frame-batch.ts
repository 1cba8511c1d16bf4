/** What a batch of frames covers: sequences, bytes, and how people call it. */
import type { Position, StreamFacts } from '#frame/lineage';
import { type LogName, streamOf } from '#frame/log-name';
import type { SectionInfo } from '#frame/sections';
import type { InputFrame } from '#frame/step';

/** About what the headers of a frame take in its log. */
const headBytes = 512;

/** First sequence each input contributes to a batch; one past the position where it contributes none. */
export function firstSeqs(positions: readonly Position[], frames: readonly InputFrame[]): number[] {
  const firsts = positions.map((position) => position.seq + 1);
  for (const frame of frames) firsts[frame.input] = Math.min(firsts[frame.input]!, frame.seq);
  return firsts;
}

/** About the bytes that frames take in their logs. */
export function bytesOf(frames: ReadonlyArray<{ readonly sections: readonly SectionInfo[] }>): number {
  return frames.reduce(
    (sum, frame) => frame.sections.reduce((bytes, section) => bytes + section.bytes, sum + headBytes),
    0,
  );
}

/** Where a task stands in its inputs. */
export function placeOf(positions: readonly Pick<Position, 'seq'>[]): string {
  return positions.map(({ seq }) => seq).join(',');
}

/** Whether some of these logs hold frames behind where a task stands. */
export function isMoreBehind(
  positions: readonly Pick<Position, 'seq'>[],
  logs: readonly Pick<StreamFacts, 'lastSeq'>[],
): boolean {
  return positions.some(({ seq }, at) => logs[at]!.lastSeq > seq);
}

/** Where a task stood before it took these frames. */
export function placeBefore(positions: readonly Position[], frames: readonly InputFrame[]): string {
  return placeOf(firstSeqs(positions, frames).map((seq) => ({ seq: seq - 1 })));
}

/** For messages: which frames. @param inputs logs of the task */
export function nameFrames(inputs: readonly LogName[], frames: readonly InputFrame[]): string {
  const names = frames.map(({ input, seq }) => `${streamOf(inputs[input]!)}:${seq}`);
  if (names.length === 0) return 'what it holds';
  return names.length > 1 ? `${names.length} frames, ${names[0]} to ${names.at(-1)}` : `frame ${names[0]}`;
}
