/** Installs the packages of the S3 server that the tests use, if they are missing. */
import { ensureCeph } from './setup/ceph-packages.mjs';
import { runMain } from './setup/say.mjs';

await runMain(ensureCeph);
