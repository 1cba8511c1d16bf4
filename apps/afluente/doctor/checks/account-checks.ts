/** Checks of what the account still has room for, and of what the user that the doctor is may do. */
import type { AccountFacts } from '#nats/connection/server-facts';
import { covers } from '#permissions/covers';
import { pipelineUsers } from '#permissions/pipeline-users';
import { serviceOf, streamsReadBy } from '#stages/topology/topology';
import type { Check } from '../check.js';
import type { Facts } from '../facts.js';
import { absentStreams, counted, natsOf } from '../facts-of.js';
import type { Trouble } from '../finding.js';
import { seenOf } from '../looked.js';

const nearlyFullShare = 0.9;
const subjectsNamed = 5;
const bucketsFollowed = 3;
const howToRaise = 'Raise the limit of the account, or delete streams that nobody needs.';

const accountLimits: Check = {
  id: 'account-limits',
  severity: 'error',
  finds:
    'the account may have too few streams or consumers, has too little room for the streams that are still to be made, or is nearly full',
  find: (facts) =>
    (seenOf(natsOf(facts)?.account) ?? []).flatMap((account) => [
      ...streamsLeft(facts, account),
      ...consumersLeft(facts, account),
      ...bytesLeft(facts, account),
      ...nearlyFull(account),
    ]),
};

function nameOf({ tier }: AccountFacts): string {
  return tier === '' ? 'the account' : `the account, tier ${tier}`;
}

function streamsLeft(facts: Facts, account: AccountFacts): Trouble[] {
  const needed = absentStreams(facts).filter(({ wanted }) => wanted).length;
  const { streams, streamsMax } = account;
  if (streamsMax <= 0 || streams + needed <= streamsMax) return [];
  return [
    {
      subject: nameOf(account),
      message: `may have ${counted(streamsMax, 'stream')}, has ${streams}, and this pipeline still needs ${needed} more`,
      remedy: howToRaise,
    },
  ];
}

/** Each task reads its inputs, and each process follows the buckets of tasks, leases and members. */
function consumersLeft(facts: Facts, account: AccountFacts): Trouble[] {
  const tasks = seenOf(facts.pipeline)?.topology.tasks ?? [];
  const needed =
    tasks.reduce((sum, task) => sum + streamsReadBy(task).length, 0) +
    bucketsFollowed * new Set(tasks.map(serviceOf)).size;
  const { consumersMax } = account;
  if (consumersMax <= 0 || consumersMax >= needed) return [];
  return [
    {
      subject: nameOf(account),
      message: `may have ${counted(consumersMax, 'consumer')}, and one process of each service needs ${needed}`,
      remedy: howToRaise,
    },
  ];
}

/** Where an account has a limit, a stream takes its whole size when it is made. */
function bytesLeft(facts: Facts, account: AccountFacts): Trouble[] {
  const copies = account.tier === '' ? (seenOf(facts.settings)?.streamReplicas ?? 1) : 1;
  const needed = copies * absentStreams(facts).reduce((sum, { wanted }) => sum + (wanted?.bytesMax ?? 0), 0);
  const taken = Math.max(account.bytes, account.bytesReserved);
  if (account.bytesMax <= 0 || needed === 0 || taken + needed <= account.bytesMax) return [];
  return [
    {
      subject: nameOf(account),
      message: `may store ${account.bytesMax} bytes, ${taken} are taken, and the streams that are still to be made take ${needed}`,
      remedy: `${howToRaise} AFL_LOG_BYTES_MAX, and bytesMax of sources, say how large they are.`,
    },
  ];
}

function nearlyFull(account: AccountFacts): Trouble[] {
  const share = account.bytesMax <= 0 ? 0 : account.bytes / account.bytesMax;
  if (share < nearlyFullShare) return [];
  return [
    {
      subject: nameOf(account),
      message: `has stored ${Math.floor(share * 100)} % of the bytes that it may`,
      remedy: howToRaise,
      severity: 'warning',
    },
  ];
}

const rightsMissing: Check = {
  id: 'rights-missing',
  severity: 'error',
  finds:
    'this user lacks rights that the operator of the pipeline needs; then those of the services are likely to be as old',
  find: (facts) => {
    const [nats, pipeline] = [natsOf(facts), seenOf(facts.pipeline)];
    const { allow, deny = [] } = nats?.rights ?? {};
    if (!nats || !pipeline || (!allow && deny.length === 0)) return [];
    const operator = pipelineUsers(pipeline.topology).users.find(({ name }) => name === 'operator')!;
    const missing = operator.publish.filter(
      (subject) =>
        deny.some((pattern) => covers(pattern, subject)) ||
        allow?.some((pattern) => covers(pattern, subject)) === false,
    );
    if (missing.length === 0) return [];
    const named = missing.slice(0, subjectsNamed).join(', ');
    const message = `may not publish to ${named}${missing.length > subjectsNamed ? ` and ${missing.length - subjectsNamed} more` : ''}`;
    return [
      {
        subject: 'this user',
        message,
        remedy:
          'Make the accounts again with `afluente permissions` and reload the servers, for the pipeline has changed since; or let the doctor be the operator (AFL_NATS_NKEY).',
      },
    ];
  },
};

export const accountChecks: readonly Check[] = [accountLimits, rightsMissing];
