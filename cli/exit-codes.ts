import { ConfigError, NotFoundError, RefusedError } from '../domain/errors.ts';
import { FileRefusedError } from '../imports/csv-fault.ts';
import { isNotReachable } from '../client/not-reachable-error.ts';
import { UsageError } from './usage-error.ts';

/** What the command line ends with; scripts of users depend on these. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  partialImport: 3,
  notReachable: 4,
  refused: 5,
} as const;

/** The exit code an error ends the command with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof FileRefusedError) return exitCodes.usage;
  if (error instanceof ConfigError) return exitCodes.usage;
  if (error instanceof RefusedError) return exitCodes.refused;
  if (error instanceof NotFoundError) return exitCodes.failed;
  return isNotReachable(error) ? exitCodes.notReachable : exitCodes.failed;
}
