import type { Finding } from '../workers/finding.ts';

const marks = { ok: 'ok   ', warning: 'warn ', fault: 'FAULT', not_reachable: 'DOWN ' } as const;

/** A finding as `dialer doctor` prints it. */
export function findingLine({ check, result, detail }: Finding): string {
  return `${marks[result]}  ${check}: ${detail}`;
}
