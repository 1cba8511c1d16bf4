/** What becomes of the windows: their logs record what they compute, and of which types. */
import { identityOf } from '#stages/topology/log-identity';
import { isOfWindow, logsOf } from '#stages/topology/topology';
import { breaking, type Change, compatible, paired, type Version } from './change.js';

export function windowChanges(before: Version, after: Version): Change[] {
  const { both, added, removed } = paired(before.compiled.pipeline.windows, after.compiled.pipeline.windows);
  return [
    ...both.flatMap(([name, was, is]) => {
      if (was.from !== is.from)
        return [breaking(`window ${name}`, `is over ${was.from}, and would be over ${is.from}: ${anotherName}`)];
      const [made, wanted] = [recordOf(before, name), recordOf(after, name)];
      if (made !== wanted)
        return [
          breaking(`window ${name}`, `is "${made}", and would be "${wanted}", so its tasks would halt: ${anotherName}`),
        ];
      return was.latenessMs === is.latenessMs
        ? []
        : [compatible(`window ${name}`, 'has another lateness, from the restart on')];
    }),
    ...added.map((name) =>
      compatible(`window ${name}`, 'is new: it begins with the enriched events that the logs still hold'),
    ),
    ...removed.map((name) => compatible(`window ${name}`, 'is gone: its results stay as they are')),
  ];
}

const anotherName =
  'give it another name, and its table too if it has one of its own; it then begins beside the old one';

/** What each log of the window says of it, without the source. */
function recordOf({ compiled }: Version, name: string): string {
  const source = compiled.pipeline.windows[name]!.from;
  const log = logsOf(compiled.pipeline, { source, windows: [name], partitionsMax: 1 }).find(isOfWindow)!;
  const identity = identityOf(compiled, log);
  return identity.text.slice(identity.source.length).trim();
}
