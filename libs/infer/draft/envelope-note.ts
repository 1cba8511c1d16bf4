/** Says of a sample whose events stand in envelopes that a pipeline can take them out. */
import { likelyEnvelope } from '#envelopes/all-envelopes';
import type { Profile } from '../profile/profile.js';

/** None where it is not so in each event. */
export function envelopeNotes({ root, events }: Profile): string[] {
  const name = likelyEnvelope((member) => root.properties.get(member)?.seen === events);
  return name === undefined
    ? []
    : [
        `the events stand in envelopes: with \`envelope: ${name}\` a contract describes what is inside, and id, time and columns follow (docs/pipeline.md#envelopes). Give infer a file of what is inside to have its contract`,
      ];
}
