/** Everything that the model claims about NATS. */
import { consumers } from './consumers.js';
import type { Scenario } from './lab.js';
import { publishing } from './publishing.js';
import { streams } from './streams.js';

export const allScenarios: readonly Scenario[] = [...publishing, ...streams, ...consumers];
