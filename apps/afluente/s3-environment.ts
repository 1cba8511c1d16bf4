/** How the command line reaches S3: the same variables as the services. */
import type { StoreOptions } from '#store/open-store';
import { readS3Config } from '#runtime/config';

export function s3FromEnvironment(): StoreOptions {
  return { s3: readS3Config() };
}
