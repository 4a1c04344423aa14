/** The PBX cannot be asked now: no booted link, or it was lost before the answer came. */
export class NotReachableError extends Error {
  readonly code = 'pbx_unreachable';

  constructor(message: string) {
    super(message);
    this.name = 'NotReachableError';
  }
}

/** The PBX answered a question (never an Originate) with an error, such as missing rights. */
export class ActionRefusedError extends Error {
  readonly code = 'pbx_refused';

  constructor(message: string) {
    super(message);
    this.name = 'ActionRefusedError';
  }
}
