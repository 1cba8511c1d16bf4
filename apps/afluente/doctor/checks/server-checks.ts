/** Checks of the NATS server, the account, and the user that the doctor is. */
import { checkReplicas, isOlder } from '#nats/streams/check-replicas';
import { checkFrameColumns, checkLogSize } from '#runtime/logs/payload-limits';
import type { Check } from '../check.js';

import { natsOf } from '../facts-of.js';
import type { Trouble } from '../finding.js';
import { seenOf, toldBy } from '../looked.js';

const versionMin = [2, 9, 0] as const;
const clockWarningMs = 5_000;
/** S3 refuses requests that are further off (AWS Signature Version 4: 15 minutes); the watermark follows the clock of ingest long before. */
const clockErrorMs = 60_000;

function told(subject: string, check: () => void, remedy: string): Trouble[] {
  try {
    check();
    return [];
  } catch (error) {
    return [{ subject, ...toldBy(error as Error, remedy) }];
  }
}

const natsUnreachable: Check = {
  id: 'nats-unreachable',
  severity: 'error',
  finds: 'no NATS server answers, it refuses us, or JetStream is off or closed to this user',
  find: ({ nats }) =>
    nats.seen
      ? []
      : [
          {
            subject: 'NATS',
            ...toldBy(nats.why, 'Set --nats or AFL_NATS_URL, and the credentials that the server knows.'),
          },
        ],
};

const natsUnfit: Check = {
  id: 'nats-unfit',
  severity: 'error',
  finds: 'the server is too old, or cannot keep as many copies as AFL_STREAM_REPLICAS asks for',
  find: (facts) => {
    const nats = natsOf(facts);
    const replicas = seenOf(facts.settings)?.streamReplicas ?? 1;
    if (!nats) return [];
    const { version, clustered } = nats.server;
    if (isOlder(version, versionMin))
      return [
        {
          subject: nats.url,
          message: `NATS is version ${version}, and Afluente needs ${versionMin.join('.')} or newer`,
          remedy: 'Upgrade nats-server to a current version.',
        },
      ];
    if (replicas > 1 && !clustered)
      return [
        {
          subject: nats.url,
          message: `${replicas} copies of each stream are wanted (AFL_STREAM_REPLICAS), and this server is alone`,
          remedy: 'Name a cluster of NATS servers, or set AFL_STREAM_REPLICAS=1.',
        },
      ];
    return told(nats.url, () => checkReplicas(version, replicas), 'Upgrade nats-server to a current version.');
  },
};

const messagesTooSmall: Check = {
  id: 'messages-too-small',
  severity: 'error',
  finds:
    'max_payload of the server does not fit the columns of a source, or AFL_LOG_BYTES_MAX does not fit max_payload',
  find: (facts) => {
    const [nats, pipeline, config] = [natsOf(facts), seenOf(facts.pipeline), seenOf(facts.settings)];
    if (!nats || !pipeline || !config) return [];
    const remedy = 'Set max_payload of NATS to 1 MB.';
    return [
      ...told(nats.url, () => checkLogSize({ config, nats: nats.server }), remedy),
      ...told(nats.url, () => checkFrameColumns(pipeline.source.compiled.enriched, nats.server), remedy),
    ];
  },
};

const clockDiffers: Check = {
  id: 'clock-differs',
  severity: 'warning',
  finds: "this machine's clock is far from the server's",
  find: (facts) => {
    const nats = natsOf(facts);
    const { aheadMs = 0, giveMs = 0 } = nats?.clock ?? {};
    const offMs = Math.abs(aheadMs) - giveMs;
    if (!nats || offMs < clockWarningMs) return [];
    const message = `the clock of this machine is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'behind' : 'ahead of'} that of NATS`;
    const remedy =
      'Let both follow NTP. On machines of ingest it moves the watermark wrongly, on those of lake-writer S3 refuses what is 15 minutes off.';
    return [{ subject: nats.url, message, remedy, severity: offMs >= clockErrorMs ? 'error' : 'warning' }];
  },
};

export const serverChecks: readonly Check[] = [natsUnreachable, natsUnfit, messagesTooSmall, clockDiffers];
