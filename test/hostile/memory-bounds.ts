/** The memory that each service may take, as docs/settings.md and ARCHITECTURE.md say. */
import type { Service } from '#stages/topology/topology';

const serviceMebibytesMax = 512;
/** What validate keeps of each event id within the horizon. */
const idBytesMax = 32;
const mebibyte = 1024 * 1024;

/** @param ids event ids within the horizon, all partitions @returns whole MiB */
export function memoryBounds(ids: number): Readonly<Record<Service, number>> {
  const plain = serviceMebibytesMax;
  return {
    ingest: plain,
    validate: plain + Math.ceil((ids * idBytesMax) / mebibyte),
    enrich: plain,
    aggregate: plain,
    'lake-writer': plain,
  };
}
