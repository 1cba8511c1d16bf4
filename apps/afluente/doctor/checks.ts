/** All checks of the doctor, in the order of an event's way. docs/operations.md lists them; a test compares. */
import type { Check } from './check.js';
import { accountChecks } from './checks/account-checks.js';
import { lakeChecks } from './checks/lake-checks.js';
import { pipelineChecks } from './checks/pipeline-checks.js';
import { positionChecks } from './checks/position-checks.js';
import { processChecks } from './checks/process-checks.js';
import { serverChecks } from './checks/server-checks.js';
import { streamChecks } from './checks/stream-checks.js';
import { tableInputCheck } from './checks/table-input-check.js';
import { taskChecks } from './checks/task-checks.js';
import { unseenCheck } from './checks/unseen-check.js';
import { userStreamCheck } from './checks/user-stream-check.js';
import { versionChecks } from './checks/version-checks.js';

export const checks: readonly Check[] = [
  ...pipelineChecks,
  ...serverChecks,
  ...accountChecks,
  ...streamChecks,
  userStreamCheck,
  ...positionChecks,
  ...processChecks,
  ...taskChecks,
  ...versionChecks,
  ...lakeChecks,
  tableInputCheck,
  unseenCheck,
];
