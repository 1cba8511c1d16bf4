/** Installs the packages of the S3 server that the tests use, if they are missing. */

import { runMain } from './setup/ground/say.mjs';
import { ensureCeph } from './setup/servers/ceph-packages.mjs';

await runMain(ensureCeph);
