/** Tells a PBX that restarted, which ends every call, from a link that was merely cut. */
export interface RestartDetector {
  /** The PBX announced that it goes down. */
  noteShutdown(): void;
  /** What happened before this FullyBooted. */
  noteBooted(uptimeSeconds: number | null): 'link_lost' | 'pbx_restarted';
  /** When the PBX started by our monotonic clock, in ms; null when it never told. */
  startedAtMs(): number | null;
}

/** Uptime comes in whole seconds, and the line took its time. */
const toleranceMs = 3_000;

/** `monotonicMs` is passed in so that a stepped wall clock cannot look like a restart. */
export function createRestartDetector(monotonicMs: () => number): RestartDetector {
  let startedAt: number | null = null;
  let shutdownHeard = false;
  return {
    noteShutdown: () => (shutdownHeard = true),
    noteBooted(uptimeSeconds) {
      const previous = startedAt;
      const saidSo = shutdownHeard;
      startedAt = uptimeSeconds === null ? null : monotonicMs() - uptimeSeconds * 1_000;
      shutdownHeard = false;
      const isYounger =
        previous !== null && startedAt !== null && startedAt > previous + toleranceMs;
      return saidSo || isYounger ? 'pbx_restarted' : 'link_lost';
    },
    startedAtMs: () => startedAt,
  };
}
