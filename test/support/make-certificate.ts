import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export interface Certificate {
  /** PEM of the authority that signed it, in a file. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** An authority of the test's own and a server certificate that it signed; gone after the test. */
export function makeCertificate(
  t: TestContext,
  options: { readonly names?: string; readonly days?: number } = {},
): Certificate {
  const { names = 'IP:127.0.0.1,DNS:pbx.example', days = 2 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'dialer-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['req', '-newkey', 'rsa:2048', '-nodes'];
  openssl(
    ...[...newKey, '-x509', '-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', '3'],
    ...['-subj', '/CN=Authority of a test'],
  );
  openssl(...newKey, '-keyout', at('pbx.key'), '-out', at('pbx.csr'), '-subj', '/CN=pbx');
  writeFileSync(at('names'), `subjectAltName=${names}\n`);
  openssl(
    ...['x509', '-req', '-in', at('pbx.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
    // A negative number of days makes one that is over already.
    ...['-days', String(days), '-extfile', at('names'), '-out', at('pbx.pem')],
  );
  return {
    caFile: at('ca.pem'),
    certFile: at('pbx.pem'),
    keyFile: at('pbx.key'),
    cert: readFileSync(at('pbx.pem'), 'utf8'),
    key: readFileSync(at('pbx.key'), 'utf8'),
  };
}
