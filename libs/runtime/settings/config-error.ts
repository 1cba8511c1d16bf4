/** A setting is missing or wrong: the message names the variable and what to set. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
