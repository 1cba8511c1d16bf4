/** Before all specs: opens the desk where specs ask for the shared S3 server. */
import { openDesk } from './s3-desk.mjs';

export default async function globalSetup() {
  const desk = await openDesk();
  process.env.AFL_TEST_S3_DESK = desk.path;
  globalThis.afluenteCloseDesk = desk.close;
}
