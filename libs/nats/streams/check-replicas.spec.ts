/** Replicated streams need a server that keeps them. */
import { expect, test } from '@jest/globals';
import { StreamSetupError } from '../ground/stream-setup-error.js';
import { checkReplicas } from './check-replicas.js';

test.each(['2.9.10', '2.9.17', '2.8.99', '1.99.0'])(
  'nats-server %s may have streams with one replica only',
  (version) => {
    expect(() => checkReplicas(version, 1)).not.toThrow();
    expect(() => checkReplicas(version, 3)).toThrow(StreamSetupError);
    expect(() => checkReplicas(version, 3)).toThrow(
      `version ${version}, which can lose messages of streams with 3 replicas when its servers restart. Use nats-server 2.9.18`,
    );
  },
);

test.each(['2.9.18', '2.9.25', '2.10.0', '2.10.27', '2.15.1', '3.0.0', '2.12.0-RC.1'])(
  'nats-server %s may have streams with three',
  (version) => {
    expect(() => checkReplicas(version, 3)).not.toThrow();
  },
);
