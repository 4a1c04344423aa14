import { setTimeout as delay } from 'node:timers/promises';
import type { ExitStatus } from './guarded-child.ts';

/** A program of the embedded stack while it runs. */
export interface Part {
  /** Never rejects. */
  readonly exited: Promise<ExitStatus>;
  stop(): Promise<void>;
}

export interface KeptPart<Running extends Part> {
  /** What was started first; later ones are reached at the same address. */
  readonly first: Running;
  /** Ends it, and starts it no more. May be called twice. */
  stop(): Promise<void>;
}

export interface PartOptions<Running extends Part> {
  /** For messages, such as `Postgres`. */
  readonly name: string;
  /** `again`: it ran before, and others know its address. */
  readonly start: (again: boolean) => Promise<Running>;
  readonly say: (line: string) => void;
  /** Delay before the first new start; doubled at each failure up to 15 s. Default 250 ms. */
  readonly firstDelayMs?: number;
}

const longestDelayMs = 15_000;

/**
 * Starts a part and starts it again, with growing delays, whenever it ends without being asked to.
 * @throws whatever its first start throws.
 */
export async function keepPart<Running extends Part>(
  options: PartOptions<Running>,
): Promise<KeptPart<Running>> {
  const first = await options.start(false);
  const stopping = new AbortController();
  let current: Running | null = first;
  const done = keepRunning(options, first, stopping.signal, (next) => (current = next));
  return {
    first,
    async stop() {
      stopping.abort();
      await current?.stop();
      await done;
    },
  };
}

async function keepRunning<Running extends Part>(
  options: PartOptions<Running>,
  first: Running,
  stopping: AbortSignal,
  setCurrent: (current: Running | null) => void,
): Promise<void> {
  const { name, say } = options;
  let running = first;
  for (;;) {
    const { code, signal } = await running.exited;
    setCurrent(null);
    if (stopping.aborted) return;
    say(`${name} ended (${signal ?? `code ${code}`}); starting it again`);
    const next = await startAgain(options, stopping);
    if (!next) return;
    running = next;
    setCurrent(running);
    // It may have been asked to stop while it started.
    if (stopping.aborted) return running.stop();
    say(`${name} runs again`);
  }
}

async function startAgain<Running extends Part>(
  { name, start, say, firstDelayMs = 250 }: PartOptions<Running>,
  stopping: AbortSignal,
): Promise<Running | null> {
  for (let waitMs = firstDelayMs; ; waitMs = Math.min(waitMs * 2, longestDelayMs)) {
    await delay(waitMs, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return null;
    try {
      return await start(true);
    } catch (error) {
      say(`${name} does not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
