import net from 'node:net';
import createManager from 'asterisk-manager';

export type Manager = ReturnType<typeof createManager>;

/**
 * A new asterisk-manager instance that runs over a socket of ours. The library opens its socket inside
 * `connect()` by `net.createConnection` and gives no access to it; but a dead link has to be reset, its
 * send buffer watched, and TLS verified. So for the length of that one synchronous call
 * `net.createConnection` hands out our socket. Nothing else can run meanwhile.
 * @throws Error when the library did not ask for exactly one socket, as it does in 0.2.0.
 */
export function connectManager(
  socket: net.Socket,
  login: { readonly username: string; readonly secret: string },
  onConnected: () => void,
): Manager {
  // A null port: it must not connect by itself, nor know an address to go back to.
  const manager = createManager(null, '', login.username, login.secret, true);
  const replaceable = net as { createConnection: unknown };
  const original = replaceable.createConnection;
  let asked = 0;
  replaceable.createConnection = () => {
    asked += 1;
    return socket;
  };
  try {
    manager.connect(0, '', onConnected);
  } finally {
    replaceable.createConnection = original;
  }
  if (asked !== 1) throw new Error(`asterisk-manager asked for ${asked} sockets instead of one`);
  return manager;
}
