/** Refuses replicated streams on servers that would lose messages of them. */
import { StreamSetupError } from '../ground/stream-setup-error.js';

/**
 * Before this version, a cluster whose servers all restart replays a purge up to a sequence, or of a subject, as one of the whole stream
 * (nats-server issue 4196): trimmed logs, front streams and swept snapshots would take with them what is still needed.
 */
const clusterVersionMin = [2, 9, 18] as const;

/** @param version of the server, e.g. `2.10.27` @throws StreamSetupError */
export function checkReplicas(version: string, replicas: number): void {
  if (replicas === 1 || !isOlder(version, clusterVersionMin)) return;
  throw new StreamSetupError(
    `this NATS is version ${version}, which can lose messages of streams with ${replicas} replicas when its servers restart. Use nats-server ${clusterVersionMin.join('.')} or newer, or set AFL_STREAM_REPLICAS=1.`,
  );
}

/** @param version of a server, e.g. `2.10.27` @param least major, minor, patch */
export function isOlder(version: string, least: readonly [number, number, number]): boolean {
  const parts = version.split(/[.-]/).map(Number);
  for (const [i, min] of least.entries()) {
    if (parts[i] !== min) return (parts[i] ?? 0) < min;
  }
  return false;
}
