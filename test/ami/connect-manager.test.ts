import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { describe, it } from 'node:test';
import { buildFrame, type AmiFrame } from '../../ami/ami-frame.ts';
import { connectManager } from '../../ami/connect-manager.ts';
import { buildOriginateFrame } from '../../ami/originate-frame.ts';

/** A socket that never connects and keeps what is written to it. */
function createKeptSocket(): { socket: net.Socket; written: () => string } {
  const socket = new net.Socket();
  const chunks: string[] = [];
  socket.write = (chunk: unknown) => {
    chunks.push(String(chunk));
    return true;
  };
  return { socket, written: () => chunks.splice(0).join('') };
}

function readItems(text: string): unknown[] {
  const { socket } = createKeptSocket();
  const items: unknown[] = [];
  const manager = connectManager(socket, { username: 'u', secret: 's' }, () => undefined);
  manager.removeAllListeners('rawevent');
  manager.on('rawevent', (item: unknown) => items.push(item));
  socket.emit('data', text);
  return items;
}

describe('asterisk-manager, as the adapter uses it', () => {
  it('is the version whose habits the adapter was written for', () => {
    const require = createRequire(import.meta.url);
    const { version } = require('asterisk-manager/package.json') as { version: string };
    assert.equal(version, '0.2.0');
    const source = readFileSync(require.resolve('asterisk-manager/lib/ami.js'));
    assert.equal(
      createHash('sha256').update(source).digest('hex'),
      '669147e6f89e44b9bd9650c0dd1c6e46d856defb89a6379ba7fe8af6287fd386',
      'the library changed: read it again, and then the adapter',
    );
  });

  it('takes our socket, and leaves net as it was', () => {
    const original = net.createConnection;
    const { socket } = createKeptSocket();
    connectManager(socket, { username: 'u', secret: 's' }, () => undefined);
    assert.equal(net.createConnection, original);
    assert.equal(socket.listenerCount('data'), 1);
  });

  it('leaves net as it was when connecting throws', () => {
    const original = net.createConnection;
    assert.throws(() =>
      connectManager({} as net.Socket, { username: 'u', secret: 's' }, () => undefined),
    );
    assert.equal(net.createConnection, original);
  });

  it('logs in with exactly the lines that the frame builder checked', () => {
    const { socket, written } = createKeptSocket();
    const manager = connectManager(
      socket,
      { username: 'dialer', secret: 'pä ss' },
      () => undefined,
    );
    manager.login(() => undefined);
    const text = written();
    const actionId = /ActionID: ([0-9]+)/.exec(text)?.[1] ?? '';
    const headers = { username: 'dialer', secret: 'pä ss', event: 'on' };
    assert.equal(text.replace('login', 'Login'), buildFrame('Login', actionId, headers).text);
  });

  it('writes exactly the text of a frame once it is logged in, in one piece', async () => {
    const { socket, written } = createKeptSocket();
    const manager = connectManager(socket, { username: 'u', secret: 's' }, () => undefined);
    const loggedIn = new Promise<void>((resolve) => manager.login(() => resolve()));
    const loginId = /ActionID: ([0-9]+)/.exec(written())?.[1] ?? '';
    socket.emit('data', `Response: Success\r\nActionID: ${loginId}\r\n\r\n`);
    await loggedIn;
    const id = randomUUID();
    const frames: AmiFrame[] = [
      buildFrame('Ping', randomUUID()),
      buildFrame('Status', randomUUID(), { channel: id }),
      buildOriginateFrame(
        {
          channelId: id,
          dialString: 'PJSIP/12345@t',
          timeoutMs: 5000,
          callerId: 'Señal <123>',
          connect: { kind: 'extension', context: 'c', extension: 's', priority: 1 },
          variables: { DIALER_ATTEMPT_ID: id, DIALER_AGENT: 'PJSIP/1001' },
        },
        randomUUID(),
      ),
    ];
    for (const frame of frames) {
      const usedId = manager.action({ ...frame.fields, actionid: frame.actionId });
      assert.equal(usedId, frame.actionId);
      assert.equal(written(), frame.text);
    }
  });

  it('holds an action before the login, which is why none is given to it then', () => {
    const { socket, written } = createKeptSocket();
    const manager = connectManager(socket, { username: 'u', secret: 's' }, () => undefined);
    manager.action({ action: 'Ping' });
    assert.equal(written(), '');
  });

  it('gives keys in lower case, repeated keys as arrays and variables as an object', () => {
    const text = 'Event: X\r\nUniqueID: 1\r\nA: 1\r\nA: 2\r\nVariable: k=v=w\r\n\r\n';
    assert.deepEqual(readItems(text), [
      { event: 'X', uniqueid: '1', a: ['1', '2'], variable: { k: 'v=w' } },
    ]);
  });
});
