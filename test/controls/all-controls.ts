/** The negative controls by name. */
import { ackThenPublish } from './ack-then-publish.js';
import { fenceRemoved } from './fence-removed.js';
import { naiveMsgId } from './naive-msg-id.js';
import { plainPut } from './plain-put.js';
import { positionIgnored } from './position-ignored.js';

export const allControls = {
  'fence-removed': fenceRemoved,
  'position-ignored': positionIgnored,
  'ack-then-publish': ackThenPublish,
  'plain-put': plainPut,
  'naive-msg-id': naiveMsgId,
} as const;

export type ControlName = keyof typeof allControls;

export const controlNames = Object.keys(allControls) as readonly ControlName[];

export function isControlName(name: string): name is ControlName {
  return Object.hasOwn(allControls, name);
}
