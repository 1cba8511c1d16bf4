/**
 * Names that the chart uses already and that other parts of the same release bring: variables of the services and a metric. A name leaves
 * this list when the part is there; with the last one the list goes.
 */
export const awaitedNames: readonly string[] = [
  'AFL_HTTP_HOST', 'AFL_NATS_CREDS', 'AFL_NATS_NKEY', 'AFL_NATS_TLS_CA', 'AFL_NATS_TLS_CERT', 'AFL_NATS_TLS_KEY',
  'afluente_lag_events',
];
