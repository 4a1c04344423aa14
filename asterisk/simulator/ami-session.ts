import type net from 'node:net';
import { createActionReader, formatItem, headerOf } from './ami-wire.ts';
import type { AmiAction, AmiFields } from './ami-wire.ts';
import { answerAction, withActionId, type ActionContext } from './manager-actions.ts';
import { mayWrite } from './manager-user.ts';
import { readOriginate, type OriginateOrder } from './read-originate.ts';
import { useUp } from './simulator-faults.ts';

/** One connection of a manager client. */
export interface AmiSession {
  /** Says an event, if the session is logged in and may hear of its class. */
  tell(event: AmiFields): void;
  /** Ends it at once, with a reset. */
  cut(): void;
}

export interface AmiSessionOptions {
  readonly socket: net.Socket;
  readonly context: ActionContext;
  readonly originate: (order: OriginateOrder) => void;
  readonly onClose: () => void;
}

/** A refused login is answered after this long, as Asterisk does against guessing. */
const refusalDelayMs = 1_000;

/** Speaks to one client until either side ends it. */
export function openAmiSession(options: AmiSessionOptions): AmiSession {
  const { socket, context, originate, onClose } = options;
  const { user, world, dialplan } = context;
  const { faults } = world;
  const output = createOutput(socket, faults);
  let loggedIn = false;
  let wantsEvents = true;

  const read = createActionReader((action) => {
    if (faults.silent) return;
    const name = headerOf(action, 'action').toLowerCase();
    if (!loggedIn) {
      if (name === 'login') return login(action);
      return output.say(withActionId(action, refusal('Permission denied')));
    }
    if (name === 'events') wantsEvents = !/^off$/i.test(headerOf(action, 'eventmask'));
    if (name === 'originate') return takeOriginate(action);
    if (name === 'logoff') return logOff(action);
    for (const item of answerAction(action, context)) output.say(item);
  });

  function login(action: AmiAction): void {
    const isRight =
      headerOf(action, 'username') === user.username && headerOf(action, 'secret') === user.secret;
    if (faults.refuseLogins || !isRight) {
      world.timers.after(refusalDelayMs, () => {
        output.say(withActionId(action, refusal('Authentication failed')));
        socket.end();
      });
      return;
    }
    loggedIn = true;
    wantsEvents = !/^off$/i.test(headerOf(action, 'events'));
    output.say(withActionId(action, success('Authentication accepted')));
    if (user.read.has('system')) output.sayLater(fullyBooted(context), faults.bootDelayMs);
  }

  function takeOriginate(action: AmiAction): void {
    if (!mayWrite(user, ['originate'])) {
      return output.say(withActionId(action, refusal('Permission denied')));
    }
    if (useUp(faults, 'dropOriginates')) return cut();
    const order = readOriginate(action, dialplan);
    if (typeof order === 'string') return output.say(withActionId(action, refusal(order)));
    if (useUp(faults, 'loseAnswers')) cut();
    else output.say(withActionId(action, success('Originate successfully queued')));
    originate(order);
  }

  function logOff(action: AmiAction): void {
    const goodbye = [['Response', 'Goodbye'] as const];
    output.say(
      withActionId(action, [...goodbye, ['Message', 'Thanks for all the fish.'] as const]),
    );
    socket.end();
  }

  function cut(): void {
    loggedIn = false;
    socket.resetAndDestroy();
  }

  socket.setNoDelay(true);
  socket.on('data', (chunk) => read(chunk.toString('utf8')));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    loggedIn = false;
    onClose();
  });
  if (!faults.silent) socket.write('Asterisk Call Manager/11.0.0\r\n');

  return {
    cut,
    tell(event) {
      if (!loggedIn || !wantsEvents || !user.read.has(classOf(event))) return;
      const isResponse = event[0]?.[1] === 'OriginateResponse';
      if (isResponse && useUp(faults, 'halfLines')) return output.breakOff(event);
      output.say(event);
    },
  };
}

/** The first word of `Privilege: call,all`. */
function classOf(event: AmiFields): string {
  const privilege = event.find(([name]) => name === 'Privilege');
  return String(privilege?.[1] ?? '').replace(/,.*/, '');
}

function fullyBooted({ startedAt }: ActionContext): AmiFields {
  const uptime = Math.trunc((Date.now() - startedAt) / 1_000);
  return [
    ['Event', 'FullyBooted'],
    ['Privilege', 'system,all'],
    ['Uptime', uptime],
    ['LastReload', uptime],
    ['Status', 'Fully Booted'],
  ];
}

function success(message: string): AmiFields {
  return [
    ['Response', 'Success'],
    ['Message', message],
  ];
}

function refusal(message: string): AmiFields {
  return [
    ['Response', 'Error'],
    ['Message', message],
  ];
}

interface Output {
  say(item: AmiFields): void;
  sayLater(item: AmiFields, ms: number): void;
  /** Half of the item, and then the end of the link. */
  breakOff(item: AmiFields): void;
}

/** Items leave in the order they were said, late and in crumbs when the faults say so. */
function createOutput(
  socket: net.Socket,
  faults: { delayMs: number; oneByteAtATime: boolean },
): Output {
  const write = (text: string): void => {
    if (!socket.writable) return;
    if (!faults.oneByteAtATime) return void socket.write(text);
    for (const byte of Buffer.from(text)) socket.write(Buffer.of(byte));
  };
  const pending = new Set<NodeJS.Timeout>();
  socket.once('close', () => pending.forEach((timer) => clearTimeout(timer)));
  const writeAfter = (ms: number, text: string, then?: () => void): void => {
    if (ms <= 0) {
      write(text);
      return then?.();
    }
    const timer = setTimeout(() => {
      pending.delete(timer);
      writeAfter(0, text, then);
    }, ms);
    pending.add(timer);
  };
  return {
    say: (item) => writeAfter(faults.delayMs, formatItem(item)),
    sayLater: (item, ms) => writeAfter(faults.delayMs + ms, formatItem(item)),
    breakOff(item) {
      const text = formatItem(item);
      writeAfter(faults.delayMs, text.slice(0, text.indexOf('Reason:') + 3), () => {
        socket.end();
        socket.destroySoon();
      });
    },
  };
}
