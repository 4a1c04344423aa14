import type { AmiConnection, AmiConnectionOptions } from './ami-connection.ts';
import { openAmiConnection } from './ami-connection.ts';
import { NotReachableError } from './not-answered-error.ts';
import type { PbxLinkState } from './pbx-link-state.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';

export interface KeptConnectionOptions extends Omit<AmiConnectionOptions, 'onClosed'> {
  /** Called before the state becomes `booted`, once per connection. */
  readonly onBooted: (uptimeSeconds: number | null) => void;
}

/** A connection that is replaced by a new one whenever it is lost. */
export interface KeptConnection {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  readonly state: () => PbxLinkState;
  readonly onState: (listener: (state: PbxLinkState) => void) => () => void;
  readonly whenBooted: (timeoutMs: number, giveUp?: AbortSignal) => Promise<void>;
  /** The connection of this moment, in whatever state it is. */
  readonly current: () => AmiConnection | null;
  /** How many were opened so far. */
  readonly opened: () => number;
}

/** Keeps one connection; with back-off after a loss, slowly after a refused login. */
export function keepConnection(options: KeptConnectionOptions): KeptConnection {
  const { timeouts, log } = options;
  const listeners = new Set<(state: PbxLinkState) => void>();
  let state: PbxLinkState = 'down';
  let connection: AmiConnection | null = null;
  let running = false;
  let tries = 0;
  let opened = 0;
  let retry: NodeJS.Timeout | undefined;
  let whenClosed: Promise<void> = Promise.resolve();
  let stopping = new AbortController();

  /** A connection that was just cut is down before its socket says so. */
  function currentState(): PbxLinkState {
    return state === 'booted' && !connection?.isBooted() ? 'down' : state;
  }

  function setState(next: PbxLinkState): void {
    if (state === next) return;
    state = next;
    log.info({ state }, 'PBX link');
    for (const listener of [...listeners]) listener(next);
  }

  function open(): void {
    tries += 1;
    opened += 1;
    setState('connecting');
    whenClosed = new Promise((resolve) => {
      connection = openAmiConnection({
        ...options,
        onBooted(uptimeSeconds) {
          tries = 0;
          options.onBooted(uptimeSeconds);
          setState('booted');
        },
        onClosed(why) {
          connection = null;
          if (running) openLater(why);
          else setState('down');
          resolve();
        },
      });
    });
  }

  function openLater(why: 'refused' | 'lost'): void {
    const delayMs =
      why === 'refused'
        ? timeouts.refusedRetryMs
        : reconnectDelayMs(Math.max(tries, 1), timeouts, Math.random());
    if (why === 'refused') log.error({}, 'the PBX refused the AMI login');
    retry = setTimeout(open, delayMs);
    setState(why === 'refused' ? 'refused' : 'down');
  }

  return {
    start() {
      if (running) return;
      running = true;
      stopping = new AbortController();
      tries = 0;
      if (connection === null) open();
    },
    async stop() {
      running = false;
      stopping.abort();
      clearTimeout(retry);
      connection?.close('stopped');
      await whenClosed;
      setState('down');
    },
    state: currentState,
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    whenBooted(timeoutMs, giveUp) {
      const signals = [stopping.signal, ...(giveUp === undefined ? [] : [giveUp])];
      return waitForBoot(currentState, listeners, timeoutMs, AbortSignal.any(signals));
    },
    current: () => connection,
    opened: () => opened,
  };
}

function waitForBoot(
  state: () => PbxLinkState,
  listeners: Set<(state: PbxLinkState) => void>,
  timeoutMs: number,
  giveUp: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (state() === 'booted') return resolve();
    if (giveUp.aborted) return reject(new NotReachableError('given up before the PBX was there'));
    const listener = (next: PbxLinkState) => {
      if (next === 'booted') finish(resolve);
    };
    const fail = () => finish(() => reject(new NotReachableError(`the PBX link is ${state()}`)));
    const timer = setTimeout(fail, timeoutMs);
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      listeners.delete(listener);
      giveUp.removeEventListener('abort', fail);
      settle();
    };
    listeners.add(listener);
    giveUp.addEventListener('abort', fail);
  });
}
