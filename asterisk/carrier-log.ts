import { readFileSync } from 'node:fs';

/** One call that reached the carrier, from its own record: the truth of who was rung. */
export interface CarrierCall {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Digits only. */
  readonly number: string;
  /** What met the call: a code of the carrier plan. */
  readonly code: string;
  /**
   * SIP's own name of the call, which a repeated INVITE has as well; null where the record has none.
   * A carrier that is slow may write one call twice.
   */
  readonly callId: string | null;
}

/**
 * The carrier's record, oldest first; empty when there is none yet. Lines are `time,number,code,callId`,
 * written before anything rings. A last line cut short by a kill is left out.
 */
export function readCarrierLog(path: string): CarrierCall[] {
  const text = readIfThere(path);
  return text.split('\n').flatMap((line) => {
    const [at, number, code, callId] = line.split(',');
    if (!at || !number || !/^\d{3}$/.test(code ?? '')) return [];
    return [{ at, number, code: String(code), callId: callId ?? null }];
  });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
