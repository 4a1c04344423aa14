const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

export type ShutdownSignal = keyof typeof signals;

export interface ShutdownOptions {
  /** The first signal: begin to end in order. */
  readonly onFirst: (signal: ShutdownSignal) => void;
  /** Default: process.exit. Guarded and supervised programs end because we are gone. */
  readonly exit?: (code: number) => void;
}

/** The exit code that shells expect of a program ended by this signal: 128 and its number. */
export function exitCodeOf(signal: ShutdownSignal): number {
  return 128 + signals[signal];
}

/**
 * Owns Ctrl-C, SIGTERM and SIGHUP from now on: the first calls `onFirst` once, a second ends the process at
 * once. Signals in the same half second count as one: a terminal and a parent may both send them.
 * Returns what gives the signals back.
 */
export function listenForShutdown({
  onFirst,
  exit = (code) => process.exit(code),
}: ShutdownOptions): () => void {
  let firstAt: number | null = null;
  const handle = (signal: ShutdownSignal): void => {
    if (firstAt === null) {
      firstAt = performance.now();
      onFirst(signal);
    } else if (performance.now() - firstAt > 500) {
      exit(exitCodeOf(signal));
    }
  };
  const names = Object.keys(signals) as ShutdownSignal[];
  for (const name of names) process.on(name, handle);
  return () => {
    for (const name of names) process.off(name, handle);
  };
}
