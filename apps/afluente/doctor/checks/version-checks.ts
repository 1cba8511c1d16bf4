/** Checks of which version of the pipeline folder the services run, by the frames that living processes have made. */
import type { Service } from '#stages/topology/topology';
import type { Check } from '../check.js';
import type { Facts } from '../facts.js';
import { aliveOf, natsOf } from '../facts-of.js';
import type { Trouble } from '../finding.js';
import { seenOf } from '../looked.js';

/** Versions by service, of frames that are younger than all its processes: older ones were made before a restart. */
function versionsOf(facts: Facts): Array<readonly [Service, ReadonlySet<string>]> {
  const frames = natsOf(facts)?.frames ?? [];
  return [...new Set(frames.map(({ service }) => service))].flatMap((service) => {
    const alive = aliveOf(facts, service) ?? [];
    if (alive.length === 0) return [];
    const aheadMs = natsOf(facts)?.clock?.aheadMs ?? 0;
    const sinceMs = Math.max(...alive.map(({ startedMs }) => startedMs)) + aheadMs;
    const versions = frames.flatMap((frame) =>
      frame.service === service && frame.storedMs > sinceMs && frame.head ? [frame.head.logic] : [],
    );
    return versions.length > 0 ? [[service, new Set(versions)] as const] : [];
  });
}

const otherVersion: Check = {
  id: 'other-version',
  severity: 'warning',
  finds: 'a service runs another version of pipeline.yaml and its contracts than this folder has',
  find: (facts) => {
    const logic = seenOf(facts.pipeline)?.source.logic;
    return versionsOf(facts).flatMap(([service, versions]): Trouble[] => {
      if (logic === undefined || versions.size > 1 || versions.has(logic)) return [];
      return [
        {
          subject: service,
          message: `runs version ${[...versions].join()} of the pipeline; this folder is ${logic}`,
          remedy:
            'Give the doctor the folder that the services have; or restart them with this one, once `afluente lint` is content.',
        },
      ];
    });
  },
};

const mixedVersions: Check = {
  id: 'mixed-versions',
  severity: 'warning',
  finds: 'processes of a service run different versions of pipeline.yaml and its contracts',
  find: (facts) =>
    versionsOf(facts).flatMap(([service, versions]) =>
      versions.size < 2
        ? []
        : [
            {
              subject: service,
              message: `its processes run versions ${[...versions].join(' and ')} of the pipeline`,
              remedy: 'Finish the roll-out: give all of them one folder, and restart those that have another.',
            },
          ],
    ),
};

export const versionChecks: readonly Check[] = [otherVersion, mixedVersions];
