import { createHash } from 'node:crypto';
import type { Login } from './sip-far-end-script.ts';

const realm = 'far-end';
const nonce = 'a-nonce-of-the-test';

/** The header that asks for a login (RFC 3261, 22.1 to 22.3). */
export function challengeHeader(code: 401 | 407): string {
  const name = code === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
  return `${name}: Digest realm="${realm}", nonce="${nonce}", algorithm=MD5`;
}

/** The name of the header that answers it. */
export function answerHeader(code: 401 | 407): string {
  return code === 401 ? 'Authorization' : 'Proxy-Authorization';
}

/** True when the value answers our challenge with that login (RFC 2617, 3.2.2, without qop). */
export function isRightAnswer(value: string, method: string, login: Login): boolean {
  const field = (name: string) => new RegExp(`\\b${name}="?([^",]*)"?`, 'i').exec(value)?.[1] ?? '';
  const secret = md5(`${login.username}:${realm}:${login.password}`);
  const expected = md5(`${secret}:${nonce}:${md5(`${method}:${field('uri')}`)}`);
  return field('username') === login.username && field('response') === expected;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
