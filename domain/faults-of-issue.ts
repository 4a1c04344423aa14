import type { z } from 'zod';
import type { Fault } from './errors.ts';

/** A fault of a file for each key that an issue is about. */
export function faultsOfIssue(issue: z.core.$ZodIssue): Fault[] {
  const paths =
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => [...issue.path, key])
      : [issue.path];
  return paths.map((path) => ({ path: written(path), message: issue.message }));
}

function written(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}
