/** What a batch of frames covers: sequences, bytes, and how people call it. */
import { streamOf, type LogName } from '#frame/log-name';
import type { Position } from '#frame/lineage';
import type { SectionInfo } from '#frame/sections';
import type { InputFrame } from '#frame/step';

/** About what the headers of a frame take in its log. */
const HEAD_BYTES = 512;

/** First sequence each input contributes to a batch; one past the position where it contributes none. */
export function firstSeqs(positions: readonly Position[], frames: readonly InputFrame[]): number[] {
  const firsts = positions.map((position) => position.seq + 1);
  for (const frame of frames) firsts[frame.input] = Math.min(firsts[frame.input]!, frame.seq);
  return firsts;
}

/** About the bytes that frames take in their logs. */
export function bytesOf(frames: ReadonlyArray<{ readonly sections: readonly SectionInfo[] }>): number {
  return frames.reduce((sum, frame) => frame.sections.reduce((bytes, section) => bytes + section.bytes, sum + HEAD_BYTES), 0);
}

/** For messages: which frames. @param inputs logs of the task */
export function nameFrames(inputs: readonly LogName[], frames: readonly InputFrame[]): string {
  const names = frames.map(({ input, seq }) => `${streamOf(inputs[input]!)}:${seq}`);
  return names.length > 1 ? `${names.length} frames, ${names[0]} to ${names.at(-1)}` : `frame ${names[0]}`;
}
