/** Checks of streams and buckets: whether they are there, lose nothing, are the pipeline's own, and have room. */
import { bucketStream, objectsBucketOf } from '#frame/log-name';
import { identityFault, setBack } from '#nats/streams/recorded-identity';
import { settingsOf } from '#nats/streams/stream-faults';
import type { Check } from '../check.js';
import type { Facts } from '../facts.js';
import { absentStreams, counted, hasStarted, natsOf, presentStreams } from '../facts-of.js';
import type { Trouble } from '../finding.js';
import { seenOf } from '../looked.js';

const nearlyFullShare = 0.8;
const fullShare = 0.98;
const howToMake = 'Run `afluente streams`, which says why when it cannot make it.';

const notStarted: Check = {
  id: 'not-started',
  severity: 'warning',
  finds: 'the pipeline has no stream of its own in this NATS',
  find: (facts) => {
    const missing = absentStreams(facts).filter(({ wanted }) => wanted).length;
    if (missing === 0 || hasStarted(facts)) return [];
    return [
      {
        subject: natsOf(facts)!.url,
        message: `none of the ${counted(missing, 'stream')} of this pipeline is there`,
        remedy:
          'Start the services, or run `afluente streams`. If the pipeline has run before, this is another NATS or another account: name the right one.',
      },
    ];
  },
};

const streamMissing: Check = {
  id: 'stream-missing',
  severity: 'error',
  finds: 'a front stream or log is not there, although others of the pipeline are',
  find: (facts) =>
    absentStreams(facts).flatMap(({ stream, role }): Trouble[] => {
      if (role === 'user front')
        return [
          {
            subject: stream,
            message: 'the stream that a source reads is not there',
            remedy: 'Create it, or give the source subjects instead.',
          },
        ];
      if (role === 'bucket' || !hasStarted(facts)) return [];
      return [
        {
          subject: stream,
          message: `the ${role === 'front' ? 'front stream' : 'log'} is not there, although others of this pipeline are`,
          remedy: `If it is new in pipeline.yaml: ${howToMake} If it was deleted, its readers will halt: restore it from a backup, or begin anew with another pipeline name and lake.`,
        },
      ];
    }),
};

const subjectTaken: Check = {
  id: 'subject-taken',
  severity: 'error',
  finds: 'another stream has subjects of a stream that is still to be made',
  find: (facts) =>
    absentStreams(facts).flatMap(({ stream, wanted, takenBy }) =>
      takenBy.length === 0
        ? []
        : [
            {
              subject: stream,
              message: `cannot be made: stream ${takenBy.join(', ')} has its subjects ${wanted?.subjects.join(', ')}`,
              remedy: `Name ${takenBy[0]} in the source (stream: ${takenBy[0]}), or take the subjects from it, or delete it.`,
            },
          ],
    ),
};

const bucketMissing: Check = {
  id: 'bucket-missing',
  severity: 'warning',
  finds: 'a key-value bucket is not there, although streams of the pipeline are',
  find: (facts) => {
    const objects = bucketStream(objectsBucketOf(seenOf(facts.pipeline)?.topology.pipeline.name ?? ''));
    return absentStreams(facts).flatMap(({ stream, role }): Trouble[] => {
      if (role !== 'bucket' || !hasStarted(facts)) return [];
      const isState = stream === objects;
      const remedy = isState
        ? 'Restore it from a backup before the services start; else validate and aggregate rebuild what they can from their logs, or halt.'
        : 'Nothing is lost: services make it again, empty, and `afluente streams` too.';
      return [
        {
          subject: stream,
          message: 'the bucket is not there, although streams of this pipeline are: it was deleted',
          remedy,
          severity: isState ? 'error' : 'warning',
        },
      ];
    });
  },
};

const streamSettings: Check = {
  id: 'stream-settings',
  severity: 'error',
  finds: 'a stream or bucket of the pipeline has settings with which it loses something',
  find: (facts) =>
    presentStreams(facts).flatMap(({ stream, wanted, present }) =>
      wanted
        ? settingsOf(stream, present.settings, wanted).faults.map(({ what, remedy }) => ({
            subject: stream,
            message: what,
            remedy,
          }))
        : [],
    ),
};

const streamDiffers: Check = {
  id: 'stream-differs',
  severity: 'warning',
  finds: 'a stream has another size, or fewer copies, than the settings say',
  find: (facts) =>
    presentStreams(facts).flatMap(({ stream, wanted, present }) =>
      wanted
        ? settingsOf(stream, present.settings, wanted).notes.map(({ what, remedy }) => ({
            subject: stream,
            message: what,
            remedy,
          }))
        : [],
    ),
};

const pipelineChanged: Check = {
  id: 'pipeline-changed',
  severity: 'error',
  finds: 'a log was made for other partitions, another id or key, or another window than pipeline.yaml says',
  find: (facts) =>
    presentStreams(facts).flatMap(({ stream, wanted, present }) => {
      const fault = wanted?.identity && identityFault(present.settings.description, wanted.identity);
      if (fault === undefined) return [];
      const at = fault.indexOf(setBack);
      return [{ subject: stream, message: fault.slice(0, at).replace(/\. $/, ''), remedy: fault.slice(at) }];
    }),
};

const streamFull: Check = {
  id: 'stream-full',
  severity: 'warning',
  finds: 'a stream is nearly full; a full front stream refuses events',
  find: (facts: Facts) =>
    presentStreams(facts).flatMap(({ stream, role, present: { bytes, settings } }): Trouble[] => {
      const share = settings.max_bytes > 0 ? bytes / settings.max_bytes : 0;
      if (share < nearlyFullShare) return [];
      const isFront = role === 'front' || role === 'user front';
      const message = `is ${Math.floor(share * 100)} % full (${bytes} of ${settings.max_bytes} bytes)`;
      const remedy = isFront
        ? 'See which stage is behind, and docs/runbooks/front-stream-filling.md; more room: bytesMax of the source, or `nats stream edit`.'
        : 'The stage before it waits until its readers have caught up: see which of them is behind (`afluente status`).';
      return [{ subject: stream, message, remedy, severity: isFront && share >= fullShare ? 'error' : 'warning' }];
    }),
};

export const streamChecks: readonly Check[] = [
  notStarted,
  streamMissing,
  subjectTaken,
  bucketMissing,
  streamSettings,
  streamDiffers,
  pipelineChanged,
  streamFull,
];
