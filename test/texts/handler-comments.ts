/** What stands above each handler of frames: the subjects that its stage reads and writes. */

import type { AnyStage } from '#stages/define/define-stage';
import { logStages } from '#stages/kinds/all-stages';

/** A handler, with the comment that it has so far. */
const handler = /^(?: *\/\*\* Reads `.*\*\/\n)?( *)@OnFrames\((\w+)\)/gm;

/** The controller of a service with all its comments. @throws Error when it handles what is no stage */
export function withSubjects(controller: string): string {
  return controller.replace(handler, (_, indent: string, kind: string) => {
    const stage = logStages.find((one) => one.kind === kind);
    if (stage === undefined) throw new Error(`@OnFrames(${kind}): there is no such stage in all-stages.ts`);
    return `${indent}/** ${subjectsOf(stage)} */\n${indent}@OnFrames(${kind})`;
  });
}

/** Several stages may write logs of a kind: any of them says what these are named after. */
function subjectsOf({ reads, writes, per }: AnyStage): string {
  const before = logStages.find((one) => one.writes === reads);
  return `Reads \`${subjectOf(reads, before?.per)}\`, writes \`${subjectOf(writes, per)}\`.`;
}

/** @param per of the stage that writes it; absent: ingest, which writes a log for each partition of its source */
function subjectOf(log: string, per: AnyStage['per'] | undefined): string {
  return `afl.<pipeline>.${log}.<${per?.unit ?? 'source'}>.${per?.oneLog ? '0' : '<partition>'}`;
}
