/** The negative controls by name. */
import { ackThenPublish } from './ack-then-publish.js';
import { clockTrusted } from './clock-trusted.js';
import { columnsDropped } from './columns-dropped.js';
import { deathsUncounted } from './deaths-uncounted.js';
import { fenceRemoved } from './fence-removed.js';
import { naiveMsgId } from './naive-msg-id.js';
import { plainPut } from './plain-put.js';
import { positionIgnored } from './position-ignored.js';
import { stateNotInherited } from './state-not-inherited.js';

export const allControls = {
  'fence-removed': fenceRemoved,
  'position-ignored': positionIgnored,
  'ack-then-publish': ackThenPublish,
  'plain-put': plainPut,
  'naive-msg-id': naiveMsgId,
  'deaths-uncounted': deathsUncounted,
  'columns-dropped': columnsDropped,
  'state-not-inherited': stateNotInherited,
  'clock-trusted': clockTrusted,
} as const;

export type ControlName = keyof typeof allControls;
/** Those that a fault of the harness shows. The others only the simulation finds: it has events on which a process dies, windows that close soon, clocks that jump, and partitions whose number changes. */
export type FaultControlName = Exclude<ControlName, 'deaths-uncounted' | 'state-not-inherited' | 'clock-trusted'>;

export const controlNames = Object.keys(allControls) as readonly ControlName[];

export function isControlName(name: string): name is ControlName {
  return Object.hasOwn(allControls, name);
}
