/** Everything that the model claims about NATS. */
import { changes } from './changes.js';
import { consumers } from './consumers.js';
import type { Scenario } from './lab.js';
import { publishing } from './publishing.js';
import { streams } from './streams.js';
import { waiting } from './waiting.js';

export const allScenarios: readonly Scenario[] = [...publishing, ...streams, ...consumers, ...waiting, ...changes];
