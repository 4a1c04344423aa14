/** What one look found, in words a person can act on. */
export interface Finding {
  readonly check: string;
  /** A warning is worth mending but calls are placed and classified without it. */
  readonly result: 'ok' | 'warning' | 'fault' | 'not_reachable';
  readonly detail: string;
}
