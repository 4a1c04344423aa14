import { randomUUID } from 'node:crypto';
import type net from 'node:net';
import { readEvent, type AmiEvent } from './ami-event.ts';
import { buildFrame, type ActionName, type AmiFrame } from './ami-frame.ts';
import { textOf, type AmiItem } from './ami-item.ts';
import type { AmiLog } from './ami-log.ts';
import type { AmiTimeouts } from './ami-timeouts.ts';
import { connectManager } from './connect-manager.ts';
import { NotReachableError } from './not-answered-error.ts';
import { createPendingActions, type AmiOutcome, type AmiReply } from './pending-actions.ts';
import { lowestSocket } from './tls-socket.ts';

/**
 * One connection, from its socket to its end; a lost one is never revived, because asterisk-manager
 * holds actions back and sends them after the next login, which for an Originate is a second call.
 * Every item of the PBX is read here and not by the library's own events: those are emitted under names
 * that the PBX chooses, and a tick later than FullyBooted comes.
 */
export interface AmiConnection {
  /** Logged in and heard FullyBooted, and not closed. */
  isBooted(): boolean;
  isLoggedIn(): boolean;
  /** True when a frame written now goes to the kernel at once: nothing waits before it. */
  isClear(): boolean;
  /**
   * Writes a frame in this tick. Call only when isLoggedIn() and isClear(). When not all of it went to
   * the kernel, the connection is cut, and `settle` hears NotReachableError: it may have been executed.
   */
  write(frame: AmiFrame, settle: (outcome: AmiOutcome) => void): void;
  /** Asks something that changes nothing. Rejects with NotReachableError or ActionRefusedError. */
  ask(action: ActionName, headers?: Readonly<Record<string, string>>): Promise<AmiReply>;
  /** Ends the connection: politely when all we wrote was answered, otherwise by a reset. */
  close(reason: string): void;
}

export interface AmiConnectionOptions {
  readonly username: string;
  readonly secret: string;
  readonly connect: () => net.Socket;
  readonly timeouts: AmiTimeouts;
  readonly log: AmiLog;
  /** FullyBooted was heard and the login accepted. */
  readonly onBooted: (uptimeSeconds: number | null) => void;
  readonly onEvent: (event: AmiEvent) => void;
  readonly onMalformed: () => void;
  /** Called once, at the end, with all timers cleared. */
  readonly onClosed: (why: 'refused' | 'lost') => void;
}

/** More than this without a complete item is not AMI. */
const longestItem = 1_048_576;

/** Starts to connect at once. */
export function openAmiConnection(options: AmiConnectionOptions): AmiConnection {
  const { timeouts, log } = options;
  const socket = options.connect();
  // Below TLS; without it the same.
  const lowest = lowestSocket(socket);
  const pending = createPendingActions(timeouts.actionMs, () => close('no answer in time'));
  let loggedIn = false;
  let refused = false;
  let closed = false;
  let fullyBooted: { uptimeSeconds: number | null } | null = null;
  let charactersSinceItem = 0;
  let step: NodeJS.Timeout = setTimeout(() => close('no connection in time'), timeouts.connectMs);

  socket.on('error', (error: NodeJS.ErrnoException) => {
    log.warn({ code: error.code ?? error.name }, 'AMI connection error');
  });
  socket.on('close', () => {
    end('connection closed');
    options.onClosed(refused ? 'refused' : 'lost');
  });
  const manager = connectManager(socket, options, logIn);
  socket.on('data', (text: string) => {
    charactersSinceItem += text.length;
    if (charactersSinceItem > longestItem) close('the PBX sends something that is not AMI');
  });
  const [libraryReader] = manager.listeners('rawevent');
  manager.removeAllListeners('rawevent');
  manager.on('rawevent', (item: AmiItem) => {
    charactersSinceItem = 0;
    try {
      read(item);
    } catch (error) {
      options.onMalformed();
      log.error(
        { error: error instanceof Error ? error.stack : 'unknown' },
        'AMI item not handled',
      );
    }
  });

  function logIn(): void {
    clearTimeout(step);
    step = setTimeout(() => close('no answer to the login'), timeouts.loginMs);
    manager.login((error) => (error === undefined ? acceptLogin() : refuseLogin()));
  }

  function acceptLogin(): void {
    if (closed) return;
    clearTimeout(step);
    loggedIn = true;
    schedulePing();
    step = setInterval(() => {
      log.warn(
        {},
        'logged in to AMI, but no FullyBooted yet: starting, or without right read=system',
      );
    }, timeouts.bootWarningMs);
    bootWhenReady();
  }

  function refuseLogin(): void {
    refused = true;
    close('login refused');
  }

  function bootWhenReady(): void {
    if (!loggedIn || closed || fullyBooted === null) return;
    clearTimeout(step);
    options.onBooted(fullyBooted.uptimeSeconds);
  }

  function read(item: AmiItem): void {
    if (closed) return;
    if (pending.take(item)) return;
    if (!Object.hasOwn(item, 'event')) return readLoginAnswer(item);
    const event = readEvent(item);
    if (event === 'malformed') return options.onMalformed();
    if (event === null) return;
    if (event.event === 'FullyBooted' && fullyBooted === null) {
      fullyBooted = event;
      bootWhenReady();
    }
    options.onEvent(event);
  }

  /** The library only needs to hear the answer to its login; it numbers that by the clock. */
  function readLoginAnswer(item: AmiItem): void {
    const actionId = textOf(item, 'actionid');
    if (loggedIn) return options.onMalformed();
    if (actionId !== null && /^[0-9]+$/.test(actionId)) libraryReader?.(item);
    else options.onMalformed();
  }

  let ping: NodeJS.Timeout | undefined;
  function schedulePing(): void {
    ping = setTimeout(() => {
      // A refusal is an answer too; the lack of one has closed the connection.
      ask('Ping').then(schedulePing, () => closed || schedulePing());
    }, timeouts.pingEveryMs);
  }

  function isClear(): boolean {
    if (closed || !socket.writable || lowest.connecting) return false;
    return socket.writableLength === 0 && lowest.writableLength === 0;
  }

  function write(frame: AmiFrame, settle: (outcome: AmiOutcome) => void): void {
    const writtenBefore = socket.bytesWritten;
    const sentBefore = lowest.bytesWritten;
    pending.add(frame.actionId, settle);
    const usedId = manager.action({ ...frame.fields, actionid: frame.actionId });
    // It keeps a listener for each action until the answer, which it never sees: we read that.
    manager.removeAllListeners(usedId);
    // Held back, or in our own buffer: either way it could go out later, when nobody wants it.
    const writtenBytes = socket.bytesWritten - writtenBefore;
    if (usedId !== frame.actionId || writtenBytes !== Buffer.byteLength(frame.text)) {
      close('the frame was not written as built');
    } else if (lowest.writableLength > 0 || lowest.bytesWritten - sentBefore < writtenBytes) {
      close('the PBX does not read');
    }
  }

  async function ask(action: ActionName, headers = {}): Promise<AmiReply> {
    // TLS reports what it has sent a turn later. A question may wait for that; a call may not.
    for (let turn = 0; turn < 100 && socket !== lowest && loggedIn && !isClear(); turn += 1) {
      await new Promise(setImmediate);
    }
    return new Promise((resolve, reject) => {
      if (!loggedIn || !isClear()) throw new NotReachableError('no AMI session');
      write(buildFrame(action, randomUUID(), headers), (outcome) => {
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      });
    });
  }

  function close(reason: string): void {
    if (closed) return;
    log.info({ reason }, 'AMI connection is closed');
    const waiting = socket.writableLength + lowest.writableLength;
    const inFlight = pending.count() > 0 || waiting > 0;
    end(reason);
    // A polite close would leave the kernel delivering our bytes for minutes after we gave them up.
    if (inFlight && !lowest.connecting) lowest.resetAndDestroy();
    socket.destroy();
  }

  function end(reason: string): void {
    closed = true;
    loggedIn = false;
    clearTimeout(step);
    clearTimeout(ping);
    pending.fail(reason);
  }

  return {
    isBooted: () => loggedIn && !closed && fullyBooted !== null,
    isLoggedIn: () => loggedIn,
    isClear,
    write,
    ask,
    close,
  };
}
