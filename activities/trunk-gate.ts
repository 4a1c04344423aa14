/**
 * The gate of one trunk, in the process that owns it: the exact limit of channels and of calls per
 * second, where the limits of task queues are only averages. A call passes three doors: a free
 * channel, a place among the few outstanding claims, and its turn to write. Turns that nobody uses
 * are not saved up, so an idle trunk never bursts. A claim that was refused leaves its turn to the
 * next call: thousands of refusals (a pause, a window that closes) keep nobody else waiting.
 *
 * Time is monotonic, in milliseconds, and an argument: a stepping wall clock moves no turn.
 */
export interface TrunkGateOptions {
  readonly callsPerSecond: number;
  readonly channels: number;
  readonly now: () => number;
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface TrunkGate {
  /** Channels held: live and unresolved attempts, and calls between entering and their end. */
  readonly occupied: number;
  /** Stays shut for this long, after a start or a takeover. */
  closeFor(ms: number): void;
  /**
   * Replaces what is known of attempts that this process does not carry itself: those an earlier
   * owner left unresolved hold a channel until they are reconciled.
   */
  setUnresolved(attemptIds: readonly string[]): void;
  /** Waits for a channel, a place to claim and a turn; rejects with the signal's reason. */
  enter(attemptId: string, signal: AbortSignal): Promise<GatePass>;
}

export interface GatePass {
  /** After the claim: waits until the last write is far enough away, and takes the turn. */
  writeTurn(signal: AbortSignal): Promise<void>;
  /** The claim is over, written or not: the next call may claim. */
  claimDone(): void;
  /** The call is over: its channel is free. */
  leave(): void;
}

export function createTrunkGate(options: TrunkGateOptions): TrunkGate {
  const { now, delay, channels } = options;
  const intervalMs = 1000 / options.callsPerSecond;
  const held = new Set<string>();
  let unresolved = new Set<string>();
  const claims = createSemaphore(() => Math.max(1, Math.ceil(options.callsPerSecond / 5)));
  const slots = createSemaphore(() => channels - countForeign());
  let opensAt = now();
  let nextTurnAt = now();
  let lastWriteAt = Number.NEGATIVE_INFINITY;
  const passTurnOn = () => {
    nextTurnAt -= intervalMs;
  };

  /** Unresolved attempts that no call of this process holds. */
  function countForeign(): number {
    let count = 0;
    for (const id of unresolved) if (!held.has(id)) count += 1;
    return count;
  }

  async function waitUntil(at: number, signal: AbortSignal): Promise<void> {
    const waitMs = at - now();
    if (waitMs > 0) await delay(waitMs, signal);
  }

  return {
    get occupied() {
      return held.size + countForeign();
    },
    closeFor(ms) {
      opensAt = Math.max(opensAt, now() + ms);
    },
    setUnresolved(attemptIds) {
      unresolved = new Set(attemptIds);
      slots.wake();
    },
    async enter(attemptId, signal) {
      await slots.acquire(signal);
      const freeSlot = once(() => {
        held.delete(attemptId);
        unresolved.delete(attemptId);
        slots.release();
      });
      let freeClaim = () => {};
      try {
        await claims.acquire(signal);
        freeClaim = once(() => claims.release());
        const turnAt = Math.max(now(), opensAt, nextTurnAt);
        nextTurnAt = turnAt + intervalMs;
        await waitUntil(turnAt, signal);
      } catch (error) {
        freeClaim();
        freeSlot();
        throw error;
      }
      held.add(attemptId);
      let isTurnOpen = true;
      return {
        async writeTurn(writeSignal) {
          isTurnOpen = false;
          const writeAt = Math.max(now(), opensAt, lastWriteAt + intervalMs);
          lastWriteAt = writeAt;
          // After a slow claim the turns would stay ahead of the writes, and every claim grow old in between.
          if (writeAt > now()) nextTurnAt = Math.max(nextTurnAt, writeAt + intervalMs);
          await waitUntil(writeAt, writeSignal);
        },
        claimDone: freeClaim,
        leave() {
          if (isTurnOpen) passTurnOn();
          isTurnOpen = false;
          freeClaim();
          freeSlot();
        },
      };
    },
  };
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}

/** First come, first served; the limit is asked each time, for it changes while people wait. */
function createSemaphore(limit: () => number) {
  let taken = 0;
  const queue: { go: () => void }[] = [];

  function wake(): void {
    while (queue.length > 0 && taken < limit()) {
      taken += 1;
      queue.shift()?.go();
    }
  }

  return {
    wake,
    release(): void {
      taken -= 1;
      wake();
    },
    acquire(signal: AbortSignal): Promise<void> {
      return new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason as Error);
          return;
        }
        const abandon = () => {
          const at = queue.indexOf(entry);
          if (at < 0) return;
          queue.splice(at, 1);
          reject(signal.reason as Error);
        };
        const entry = {
          go: () => {
            signal.removeEventListener('abort', abandon);
            resolve();
          },
        };
        signal.addEventListener('abort', abandon, { once: true });
        queue.push(entry);
        wake();
      });
    },
  };
}
