/** How the command line reaches S3: the same variables as the services. */
import { readS3Config } from '#runtime/settings/config';
import type { StoreOptions } from '#store/open-store';

export function s3FromEnvironment(): StoreOptions {
  return { s3: readS3Config() };
}
