import type { ScaledTimers } from './scaled-timers.ts';

/** Why a call is over; `cause`: Q.850, as the manager gave it. */
export type CallEnd =
  { readonly by: 'contact' | 'time_out' } | { readonly by: 'manager'; readonly cause: number };

/**
 * How long a call lasts. Whatever happens in a call waits by `lasts`, so that an end from outside, such
 * as the contact's, is noticed at once wherever the call has got to.
 */
export interface Lifetime {
  /** Lets so much simulated time pass, in ms; false as soon as the call is over. */
  lasts(ms: number): Promise<boolean>;
  /** The first end counts. */
  end(why: CallEnd): void;
  /** Null while it lasts. */
  whyOver(): CallEnd | null;
}

/** A call that has just begun. */
export function startLifetime(timers: ScaledTimers): Lifetime {
  let over: CallEnd | null = null;
  const waiting = new Set<() => void>();
  return {
    lasts(ms) {
      if (over !== null) return Promise.resolve(false);
      return new Promise((resolve) => {
        const wait = () => {
          if (timer !== null) timers.cancel(timer);
          resolve(false);
        };
        const passed = () => {
          waiting.delete(wait);
          resolve(true);
        };
        const timer = Number.isFinite(ms) ? timers.after(ms, passed) : null;
        waiting.add(wait);
      });
    },
    end(why) {
      if (over !== null) return;
      over = why;
      for (const wait of waiting) wait();
      waiting.clear();
    },
    whyOver: () => over,
  };
}
