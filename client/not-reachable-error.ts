/** A part of the engine does not answer: Postgres, Temporal or the embedded stack. Exit code 4. */
export class NotReachableError extends Error {
  override readonly name = 'NotReachableError';
  readonly code = 'NOT_REACHABLE';
}

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  // Postgres: shutting down, starting up, cannot connect now.
  '57P01',
  '57P03',
]);

/** True for errors that say that nobody answered, whichever client library they come from. */
export function isNotReachable(error: unknown): boolean {
  if (error instanceof NotReachableError) return true;
  if (error instanceof AggregateError) return error.errors.some(isNotReachable);
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && networkCodes.has(code)) return true;
  // gRPC: 14 is UNAVAILABLE; 4 is DEADLINE_EXCEEDED, what a connection that never opens ends with.
  if ((code === 14 || code === 4) && 'details' in error) return true;
  return error.cause !== undefined && isNotReachable(error.cause);
}
