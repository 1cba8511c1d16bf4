/** After all specs: ends the shared S3 server, if any spec asked for it. */
export default async function globalTeardown() {
  await globalThis.afluenteCloseDesk?.();
}
