import assert from 'node:assert/strict';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import type net from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import tls from 'node:tls';
import { lowestSocket, openTlsSocket, type TlsOptions } from '../../ami/tls-socket.ts';
import { makeCertificate, type Certificate } from '../support/make-certificate.ts';
import { headerOf, within } from '../support/scripted-ami.ts';
import { anOriginate, startTestLink, whenState } from '../support/test-link.ts';

const host = '127.0.0.1';

/** A scripted PBX that speaks TLS, and a link to it. */
function startTlsLink(t: TestContext, certificate: Certificate, trust: Partial<TlsOptions> = {}) {
  const { cert, key, caFile } = certificate;
  return startTestLink(t, { tls: { cert, key } }, (port) => ({
    connect: () => openTlsSocket({ host, port }, { caFile, serverName: null, ...trust }),
  }));
}

/** A booted link, and its socket. */
async function startWatchedTlsLink(t: TestContext) {
  const { cert, key, caFile } = makeCertificate(t);
  const sockets: net.Socket[] = [];
  const connect = (port: number) => () => {
    const socket = openTlsSocket({ host, port }, { caFile, serverName: null });
    sockets.push(socket);
    return socket;
  };
  const started = await startTestLink(t, { tls: { cert, key } }, (port) => ({
    connect: connect(port),
  }));
  await started.link.whenBooted(3_000);
  const [socket] = sockets;
  assert.ok(socket instanceof tls.TLSSocket);
  return { ...started, socket };
}

/** Resolves with the code that the log gives for a connection that did not come about. */
function loggedError(logLines: () => string[]): Promise<string> {
  return within(3_000, 'a connection error in the log', (resolve) => {
    const look = () => {
      const line = logLines().find((each) => each.includes('AMI connection error'));
      if (line === undefined) return void setImmediate(look);
      resolve(line);
    };
    look();
  });
}

async function assertNotTrusted(
  t: TestContext,
  certificate: Certificate,
  trust: Partial<TlsOptions>,
  code: RegExp,
): Promise<void> {
  const { pbx, link, logLines } = await startTlsLink(t, certificate, trust);
  assert.match(await loggedError(logLines), code);
  await link.stop();
  assert.deepEqual(pbx.received, [], 'the login was written to a PBX that is not trusted');
}

describe('AMI over TLS', () => {
  it('logs in, asks and places a call', async (t) => {
    const { pbx, link } = await startTlsLink(t, makeCertificate(t));
    await link.whenBooted(3_000);
    await link.ping();
    const call = link.originate(anOriginate(), () => true);
    const action = await pbx.waitFor('Originate');
    assert.equal(headerOf(action, 'channelid'), call.channelId);
  });

  it('accepts a certificate for the server name that was configured', async (t) => {
    const certificate = makeCertificate(t, { names: 'DNS:pbx.example' });
    const { link } = await startTlsLink(t, certificate, { serverName: 'pbx.example' });
    await link.whenBooted(3_000);
  });

  it('sends no login to a certificate of an unknown authority', async (t) => {
    const other = makeCertificate(t);
    await assertNotTrusted(t, makeCertificate(t), { caFile: other.caFile }, /SIGNATURE|ISSUER/);
  });

  it('does not trust an authority of ours where the system authorities are asked for', async (t) => {
    await assertNotTrusted(t, makeCertificate(t), { caFile: null }, /ISSUER|VERIFY|SELF_SIGNED/);
  });

  it('sends no login to a certificate for another name', async (t) => {
    const certificate = makeCertificate(t, { names: 'DNS:other.example' });
    await assertNotTrusted(t, certificate, {}, /ERR_TLS_CERT_ALTNAME_INVALID/);
    await assertNotTrusted(t, certificate, { serverName: 'pbx.example' }, /ALTNAME_INVALID/);
  });

  it('sends no login to a certificate that has expired', async (t) => {
    await assertNotTrusted(t, makeCertificate(t, { days: -1 }), {}, /CERT_HAS_EXPIRED/);
  });

  it('sends no login over TLS 1.1', async (t) => {
    const { cert, key, caFile } = makeCertificate(t);
    const old = {
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    const { pbx, link, logLines } = await startTestLink(
      t,
      { tls: { cert, key, ...old } },
      (port) => ({
        connect: () => openTlsSocket({ host, port }, { caFile, serverName: null }),
      }),
    );
    assert.match(await loggedError(logLines), /VERSION|PROTOCOL/);
    await link.stop();
    assert.deepEqual(pbx.received, []);
  });

  it('tries again, and is let in, when the file of the authority is there', async (t) => {
    const certificate = makeCertificate(t);
    const caFile = `${certificate.caFile}.later`;
    const { link, logLines } = await startTlsLink(t, certificate, { caFile });
    assert.match(await loggedError(logLines), /ENOENT/);
    writeFileSync(caFile, 'no certificate');
    await whenState(link, 'connecting');
    rmSync(caFile);
    copyFileSync(certificate.caFile, caFile);
    await link.whenBooted(3_000);
  });

  it('has handed the whole frame to the kernel when originate returns', async (t) => {
    const { link, socket } = await startWatchedTlsLink(t);
    const lowest = lowestSocket(socket);
    const before = lowest.bytesWritten;
    const request = anOriginate();
    link.originate(request, () => true);
    assert.ok(lowest.bytesWritten - before > request.dialString.length + request.channelId.length);
    assert.equal(lowest.writableLength, 0);
  });

  it('cuts a link whose PBX does not read, rather than let bytes wait in it', async (t) => {
    const { link, socket } = await startWatchedTlsLink(t);
    const lowest = lowestSocket(socket);
    // As a full send buffer of the kernel: what is written now waits in the socket.
    lowest.cork();
    link.originate(anOriginate(), () => true);
    assert.equal(link.state(), 'down');
    assert.ok(lowest.destroyed);
  });

  it('writes no second call while TLS has not said that it sent the first', async (t) => {
    const { pbx, link, socket } = await startWatchedTlsLink(t);
    link.originate(anOriginate(), () => true);
    assert.throws(() => link.originate(anOriginate(), () => true), { code: 'pbx_unreachable' });
    while (socket.writableLength > 0) await new Promise(setImmediate);
    link.originate(anOriginate(), () => true);
    await pbx.waitFor('Originate', 2);
    assert.equal(pbx.received.filter(({ name }) => name === 'Originate').length, 2);
  });

  it('answers questions that are asked in the same turn', async (t) => {
    const { link } = await startTlsLink(t, makeCertificate(t));
    await link.whenBooted(3_000);
    await Promise.all(Array.from({ length: 20 }, () => link.ping()));
  });

  it('resets the connection when it ends with something unanswered', async (t) => {
    const { pbx, link } = await startTlsLink(t, makeCertificate(t));
    const unanswered = new Promise<string | null>((resolve) => {
      pbx.on('Ping', (_action, session) => {
        resolve(session.whenEnded);
        void link.stop();
      });
    });
    await link.whenBooted(3_000);
    await assert.rejects(link.ping());
    assert.equal(await unanswered, 'ECONNRESET');
  });

  it('closes politely when all was answered', async (t) => {
    const { pbx, link } = await startTlsLink(t, makeCertificate(t));
    await link.whenBooted(3_000);
    const [session] = pbx.sessions;
    await link.stop();
    assert.equal(await session?.whenEnded, null);
  });
});
