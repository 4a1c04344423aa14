import net from 'node:net';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';

/** An action as it arrived; header names in lower case, in order, repeated ones included. */
export interface ReceivedAction {
  readonly name: string;
  readonly actionId: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly raw: string;
}

export interface ScriptedSession {
  /** Sends one block of header lines. */
  send(block: Readonly<Record<string, string | number>>): void;
  sendRaw(text: string): void;
  reset(): void;
  end(): void;
  /** The code of the error it ended with, such as ECONNRESET; null when the client closed it politely. */
  readonly whenEnded: Promise<string | null>;
}

type Handler = (action: ReceivedAction, session: ScriptedSession) => void;

export interface ScriptedAmiOptions {
  readonly banner?: boolean;
  /** One byte per packet. */
  readonly oneByteAtATime?: boolean;
  readonly login?: 'accept' | 'refuse' | 'silent';
  /** When FullyBooted is sent; 'never' leaves it to the test. */
  readonly fullyBooted?: 'with login' | 'never';
  uptime?: number;
  /** Speaks TLS with this certificate. */
  readonly tls?: tls.TlsOptions;
}

export interface ScriptedAmi {
  readonly port: number;
  /** All actions so far, of all sessions. */
  readonly received: ReceivedAction[];
  /** Sessions that are open now. */
  readonly sessions: ScriptedSession[];
  readonly options: ScriptedAmiOptions;
  /** Channels that are live, with their state: what Status and CoreShowChannels tell. */
  readonly live: Map<string, string>;
  /** Answers an action in another way than by default. */
  on(name: string, handler: Handler): void;
  /** The nth action of a name (1 is the first), once it has come. */
  waitFor(name: string, count?: number): Promise<ReceivedAction>;
  /** Sends a block to all sessions. */
  send(block: Readonly<Record<string, string | number>>): void;
  stop(): Promise<void>;
}

/** A PBX that does what a test says, on a free port of the loopback. */
export async function startScriptedAmi(options: ScriptedAmiOptions = {}): Promise<ScriptedAmi> {
  const received: ReceivedAction[] = [];
  const sessions: ScriptedSession[] = [];
  const sockets = new Set<net.Socket>();
  const live = new Map<string, string>();
  const handlers = new Map<string, Handler>();
  const arrivals = new Set<() => void>();

  const server =
    options.tls === undefined ? net.createServer(serve) : tls.createServer(options.tls, serve);

  function serve(socket: net.Socket): void {
    sockets.add(socket);
    const session = createSession(socket, options.oneByteAtATime ?? false);
    sessions.push(session);
    socket.on('close', () => {
      sockets.delete(socket);
      sessions.splice(sessions.indexOf(session), 1);
    });
    socket.on('error', () => undefined);
    if (options.banner ?? true) session.sendRaw('Asterisk Call Manager/11.0.0\r\n');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const action = parseAction(text.slice(0, end));
        text = text.slice(end + 4);
        received.push(action);
        (handlers.get(action.name) ?? answer)(action, session);
        for (const arrival of [...arrivals]) arrival();
      }
    });
  }

  function answer(action: ReceivedAction, session: ScriptedSession): void {
    const ActionID = action.actionId;
    switch (action.name) {
      case 'Login':
        return answerLogin(action, session);
      case 'Ping':
        return session.send({ Response: 'Success', ActionID, Ping: 'Pong' });
      case 'Originate':
        return session.send({ Response: 'Success', ActionID, Message: 'queued' });
      case 'CoreShowChannels':
        return sendChannels(session, ActionID, 'CoreShowChannel', [...live]);
      case 'Status': {
        const wanted = headerOf(action, 'channel') ?? '';
        const state = live.get(wanted);
        if (state !== undefined)
          return sendChannels(session, ActionID, 'Status', [[wanted, state]]);
        return session.send({ Response: 'Error', ActionID, Message: 'No such channel' });
      }
      default:
        session.send({ Response: 'Error', ActionID, Message: 'Invalid/unknown command' });
    }
  }

  function answerLogin({ actionId }: ReceivedAction, session: ScriptedSession): void {
    if (options.login === 'silent') return;
    if (options.login === 'refuse') {
      session.send({ Response: 'Error', ActionID: actionId, Message: 'Authentication failed' });
      return session.end();
    }
    const accepted = `Response: Success\r\nActionID: ${actionId}\r\n\r\n`;
    const booted = `Event: FullyBooted\r\nUptime: ${options.uptime ?? 1000}\r\n\r\n`;
    session.sendRaw(options.fullyBooted === 'never' ? accepted : accepted + booted);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received,
    sessions,
    options,
    live,
    on: (name, handler) => handlers.set(name, handler),
    send: (block) => sessions.forEach((session) => session.send(block)),
    waitFor: (name, count = 1) =>
      within(3_000, `${name} number ${count}`, (resolve) => {
        const check = () => {
          const action = received.filter((each) => each.name === name)[count - 1];
          if (action === undefined) return;
          arrivals.delete(check);
          resolve(action);
        };
        arrivals.add(check);
        check();
      }),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The first value of a header, by its lower-case name. */
export function headerOf(action: ReceivedAction, name: string): string | undefined {
  return action.headers.find(([each]) => each === name)?.[1];
}

/** A promise with a time limit, so that a test that waits in vain says for what. */
export function within<T>(
  limitMs: number,
  what: string,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), limitMs);
    const settle =
      <V>(done: (value: V) => void) =>
      (value: V) => {
        clearTimeout(timer);
        done(value);
      };
    start(settle(resolve), settle(reject));
  });
}

function createSession(socket: net.Socket, oneByteAtATime: boolean): ScriptedSession {
  socket.setNoDelay(true);
  const whenEnded = new Promise<string | null>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
    socket.on('close', () => resolve(null));
  });
  const sendRaw = (text: string) => {
    if (!socket.writable) return;
    if (!oneByteAtATime) return void socket.write(text);
    for (const byte of Buffer.from(text)) socket.write(Buffer.of(byte));
  };
  return {
    sendRaw,
    send(block) {
      const lines = Object.entries(block).map(([name, value]) => `${name}: ${value}`);
      sendRaw(lines.join('\r\n') + '\r\n\r\n');
    },
    reset: () => socket.resetAndDestroy(),
    whenEnded,
    end: () => socket.end(),
  };
}

function sendChannels(
  session: ScriptedSession,
  ActionID: string,
  Event: string,
  channels: readonly (readonly [string, string])[],
): void {
  session.send({ Response: 'Success', ActionID, EventList: 'start', Message: 'will follow' });
  for (const [Uniqueid, ChannelStateDesc] of channels) {
    session.send({ Event, ActionID, Channel: 'Test/1', Uniqueid, ChannelStateDesc });
  }
  session.send({ Event: `${Event}sComplete`, ActionID, EventList: 'Complete' });
}

function parseAction(raw: string): ReceivedAction {
  const headers = raw.split('\r\n').map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)] as const;
  });
  const value = (name: string) => headers.find(([each]) => each === name)?.[1] ?? '';
  const action = value('action');
  const name = action.slice(0, 1).toUpperCase() + action.slice(1);
  return { name, actionId: value('actionid'), headers, raw };
}
