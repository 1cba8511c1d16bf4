/** How to reach an S3 server, and what that means for the AWS SDK. */
import type { S3ClientConfig } from '@aws-sdk/client-s3';

export interface S3Options {
  /** For servers other than Amazon's, e.g. `http://127.0.0.1:7480`. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** `http://host/bucket` instead of `http://bucket.host`; most servers other than Amazon's need it. */
  readonly forcePathStyle?: boolean | undefined;
  /** Without them the AWS SDK looks in its usual places. */
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
}

export function s3ClientConfig(options: S3Options): S3ClientConfig {
  const { accessKeyId, secretAccessKey, sessionToken } = options;
  return {
    region: options.region ?? 'us-east-1',
    forcePathStyle: options.forcePathStyle ?? options.endpoint !== undefined,
    // Older servers refuse the SDK's newer checksum headers; TLS and the SDK's own length checks remain.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : {
          credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
        }),
  };
}
