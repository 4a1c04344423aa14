/** Timers of the simulated world: they run faster by `speed` and can all be dropped at once. */
export interface ScaledTimers {
  after(ms: number, run: () => void): NodeJS.Timeout;
  cancel(timer: NodeJS.Timeout): void;
  /** Nothing that was planned happens any more. */
  cancelAll(): void;
}

/** No timers yet. */
export function createScaledTimers(speed: number): ScaledTimers {
  const pending = new Set<NodeJS.Timeout>();

  function cancel(timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    pending.delete(timer);
  }

  return {
    after(ms, run) {
      const timer = setTimeout(() => {
        pending.delete(timer);
        run();
      }, ms / speed);
      pending.add(timer);
      return timer;
    },
    cancel,
    cancelAll() {
      for (const timer of pending) cancel(timer);
    },
  };
}
