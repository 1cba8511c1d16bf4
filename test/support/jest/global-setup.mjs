/** Before all specs: opens the desk where specs ask for the shared S3 server. */
import { openDesk } from './s3-desk.mjs';

export default async function globalSetup() {
  process.env['AFL_TEST_S3_DESK'] = await openDesk();
}
