/**
 * Two statements that want the same rows: one of them may be told to try again by Postgres, having
 * changed nothing. These are the codes for that, and the loop around it.
 */
const lockNotAvailable = '55P03';
const deadlockDetected = '40P01';
const serializationFailure = '40001';
export const uniqueViolation = '23505';

const contended = new Set([lockNotAvailable, deadlockDetected, serializationFailure]);
const mostTries = 4;

/** Runs work that is whole in itself (one statement or one transaction), again when it lost a race. */
export async function retryContended<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= mostTries || !contended.has(sqlState(error) ?? '')) throw error;
    }
  }
}

/** True when Postgres gave up a statement because others held or wanted the same rows. */
export function isContended(error: unknown): boolean {
  return contended.has(sqlState(error) ?? '');
}

/** The five-character code of a Postgres error; null for any other error. */
export function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}
