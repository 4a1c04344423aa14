import { readFileSync, statSync } from 'node:fs';

export type SecretReading =
  | { readonly ok: true; readonly secret: string; readonly warning: string | null }
  | { readonly ok: false; readonly message: string };

/** Reads a secret from a file: its only line, without the line break. Warns when other users can read it. */
export function readSecretFile(path: string): SecretReading {
  try {
    const mode = statSync(path).mode;
    const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    const fault = secretFault(secret);
    if (fault) return { ok: false, message: `the secret in ${path} ${fault}` };
    const open = process.platform !== 'win32' && (mode & 0o044) !== 0;
    const warning = open ? `${path} can be read by other users: chmod 600 ${path}` : null;
    return { ok: true, secret, warning };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { ok: false, message: `${path} cannot be read (${code ?? 'unknown error'})` };
  }
}

/** Why a text cannot be a secret, or null. Line breaks would end the AMI header it is sent in. */
export function secretFault(secret: string): string | null {
  if (secret === '') return 'is empty';
  if (/[\p{Cc}]/u.test(secret)) return 'holds a line break or another control character';
  return secret.length > 512 ? 'is longer than 512 characters' : null;
}
