/** The log cannot be used without losing something: an operator must look. */
export class HaltError extends Error {
  override readonly name = 'HaltError';
}
