import net from 'node:net';
import { createActionReader, headerOf, type AmiAction } from '../simulator/ami-wire.ts';

export interface ManagerAccount {
  readonly port: number;
  readonly username: string;
  readonly secret: string;
}

type Item = AmiAction;

/** A short conversation with a manager interface on this machine, for waiting until it is ready. */
export interface ManagerProbe {
  /** The value of a global variable or dialplan function. */
  evaluate(expression: string): Promise<string>;
  close(): void;
}

/** Logs in and waits for FullyBooted. Rejects when the connection ends first. */
export function openManagerProbe({
  port,
  username,
  secret,
}: ManagerAccount): Promise<ManagerProbe> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  let onItem: (item: Item) => void = () => undefined;
  let onEnd: (error: Error) => void = () => undefined;
  const read = createActionReader((item) => onItem(item));
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => read(text));
  socket.on('error', (error) => onEnd(error));
  socket.on('close', () => onEnd(new Error('the manager connection was closed')));

  function ask(lines: readonly string[], isAnswer: (item: Item) => boolean): Promise<Item> {
    return new Promise((resolve, reject) => {
      onEnd = reject;
      onItem = (item) => {
        if (headerOf(item, 'response') === 'Error') {
          socket.destroy();
          return reject(new Error(`the manager refused: ${headerOf(item, 'message')}`));
        }
        if (isAnswer(item)) resolve(item);
      };
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    });
  }

  const probe: ManagerProbe = {
    async evaluate(expression) {
      const lines = ['Action: Getvar', `Variable: ${expression}`];
      const answer = await ask(lines, (item) => headerOf(item, 'variable') === expression);
      return headerOf(answer, 'value');
    },
    close: () => void socket.destroy(),
  };
  const login = ['Action: Login', `Username: ${username}`, `Secret: ${secret}`];
  return ask(login, (item) => headerOf(item, 'event') === 'FullyBooted').then(() => probe);
}
