/** Asterisk cannot be provided here; the message says what a person can do about it. */
export class ProvisionError extends Error {
  override readonly name = 'ProvisionError';
  readonly code = 'ASTERISK_UNAVAILABLE';
}
