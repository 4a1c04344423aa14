import net from 'node:net';
import { createActionReader, headerOf, type AmiAction } from '../../asterisk/simulator/ami-wire.ts';
import { within } from '../support/scripted-ami.ts';

export interface Account {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
}

/** A manager session by hand, for what the adapter rightly never sends. */
export interface ManagerSession {
  /** Sends an action and resolves with its answer. */
  ask(headers: Readonly<Record<string, string>>): Promise<AmiAction>;
  /** The first item so far, or from now on, that is wanted. */
  hear(what: string, wanted: (item: AmiAction) => boolean): Promise<AmiAction>;
  /** Everything heard so far. */
  heard(): readonly AmiAction[];
  close(): void;
}

/** Connects and logs in; rejects when the login is refused. */
export async function openManagerSession(account: Account): Promise<ManagerSession> {
  const items: AmiAction[] = [];
  const checks = new Set<() => void>();
  let count = 0;
  const socket = net.connect(account.port, account.host);
  const read = createActionReader((item) => {
    items.push(item);
    for (const check of [...checks]) check();
  });
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.on('data', (text: string) => read(text));

  const session: ManagerSession = {
    ask(headers) {
      const actionId = `by-hand-${count++}`;
      const lines = Object.entries({ ...headers, ActionID: actionId });
      socket.write(`${lines.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n`);
      return session.hear(
        `an answer to ${headers['Action']}`,
        (item) => item.has('response') && !item.has('event') && idOf(item) === actionId,
      );
    },
    hear: (what, wanted) =>
      within(10_000, what, (resolve) => {
        const check = () => {
          const found = items.find(wanted);
          if (found === undefined) return;
          checks.delete(check);
          resolve(found);
        };
        checks.add(check);
        check();
      }),
    heard: () => items,
    close: () => void socket.destroy(),
  };
  const { username, secret } = account;
  const answer = await session.ask({ Action: 'Login', Username: username, Secret: secret });
  if (headerOf(answer, 'response') !== 'Success') {
    session.close();
    throw new Error(`login: ${headerOf(answer, 'message')}`);
  }
  return session;
}

function idOf(item: AmiAction): string {
  return headerOf(item, 'actionid');
}
