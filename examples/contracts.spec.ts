/** Every generated event and flight is judged by its contract as the example expects. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compileContract } from '#contract/columns/compile-contract';
import { Contract } from '#contract/columns/contract';
import type { ContractFields } from '#contract/columns/contract-fields';
import type { Published } from './example.js';
import { example as flights } from './flights/example.js';
import { salesEvents } from './sales-tech/generator.js';

function contractOf(path: string, fields: ContractFields): Contract {
  const compiled = compileContract(JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')), fields);
  if (!(compiled instanceof Contract)) throw new Error(JSON.stringify(compiled));
  return compiled;
}

/** The reason code, or the id of an accepted event. */
function judged(contract: Contract, payload: Uint8Array): string {
  const bytes = Buffer.from(payload);
  const event = contract.readBytes(bytes, 0, bytes.length, false);
  return event.ok ? `id ${event.id}` : event.reason;
}

describe('the contracts of the shop', () => {
  const fields = { id: 'event_id', key: 'user_id', eventTime: 'occurred_at' };
  const contracts: Record<string, Contract> = {
    transactions: contractOf('./sales-tech/contracts/transaction.schema.json', fields),
    interactions: contractOf('./sales-tech/contracts/interaction.schema.json', fields),
  };

  function allowed({ expect: due }: Published): string[] | undefined {
    if (due.table === 'silver') return [`id ${due.eventId}`];
    if (due.table === 'none') return [`id ${due.duplicateOf}`];
    return due.reasons.includes('late') ? undefined : [...due.reasons];
  }

  test('accept what is due in silver and name the fault of what is due in quarantine', () => {
    const wrong = [...salesEvents({ seed: 9, startMs: Date.UTC(2026, 4, 4), events: 30_000 })].flatMap((event) => {
      const contract = contracts[event.expect.source];
      const reason = contract ? judged(contract, event.payload) : 'no contract';
      const reasons = allowed(event);
      const right = reasons ? reasons.includes(reason) : reason.startsWith('id ');
      return right ? [] : [{ reason, reasons, text: Buffer.from(event.payload).toString() }];
    });
    expect(wrong).toEqual([]);
  });
});

describe('the contract of the flights', () => {
  test('accepts them', async () => {
    const contract = contractOf('./flights/contracts/flight.schema.json', {
      id: 'flight_id',
      key: 'origin',
      eventTime: 'date',
    });
    const reasons = new Set<string>();
    for await (const batch of flights.events({ count: 20_000, seed: 0, startMs: 0 })) {
      for (const { payload, msgId } of batch) {
        const reason = judged(contract, payload);
        if (`flight-${reason.slice(3)}` !== msgId) reasons.add(reason);
      }
    }
    expect([...reasons]).toEqual([]);
  });
});
