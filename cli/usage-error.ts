/** What was typed cannot be done as typed: a bad value, or a file that cannot be opened. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}
