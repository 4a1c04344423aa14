/** Why nothing was written to the PBX. */
export type NotSentCode = 'pbx_unreachable' | 'claim_expired' | 'frame_refused';

/**
 * Nothing of this attempt was written to any socket: nobody was rung, and the claim may be released.
 * The message names the header at fault, never its value.
 */
export class NotSentError extends Error {
  readonly code: NotSentCode;

  constructor(code: NotSentCode, message: string) {
    super(message);
    this.name = 'NotSentError';
    this.code = code;
  }
}

/**
 * This process has already written this attempt id. Not a NotSentError: a call may exist, so the
 * attempt has to be reconciled and its claim must not be released.
 */
export class AlreadySentError extends Error {
  readonly code = 'already_sent';

  constructor() {
    super('this attempt id was already written to a PBX');
    this.name = 'AlreadySentError';
  }
}
