/** One thing wrong with a configuration or campaign file, and what to do about it. */
export interface Fault {
  /** Where, such as `recycle.busy.after`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Bad input or configuration: all faults at once. Exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('\n'));
    this.faults = faults;
  }
}

/** A rule of the engine says no. Exit code 5. `code` is stable and listed in docs/errors.md. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The campaign, contact or attempt asked for does not exist. Exit code 1. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
