import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const root = path.join(import.meta.dirname, '..', '..');
const page = readFileSync(path.join(root, 'docs', 'errors.md'), 'utf8');
const folders = [
  ...['domain', 'db', 'ami', 'imports', 'client', 'cli', 'runtime', 'activities', 'workflows'],
  ...['workers', 'asterisk/provision'],
];

/** The forms in which a code is given a name in the source. */
const forms = [
  /\bcode ?[:=] ?'([A-Za-z_]+)'/g,
  /(?:RefusedError|NotFoundError)\(\s*'([A-Z_]+)'/g,
  /\brefused: '([a-z_]+)'/g,
  /refusePhone\(\s*'([a-z_]+)'/g,
  /return '((?:reason|audit_id|target|time)_[a-z_]+)'/g,
];
/** Codes of libraries that the source compares with, and words of a union that name no error. */
const notOurs = new Set(['custom', 'refused']);

function codesOfSource(): Set<string> {
  const codes = new Set<string>();
  for (const folder of folders) {
    for (const name of readdirSync(path.join(root, folder))) {
      if (!name.endsWith('.ts')) continue;
      const source = readFileSync(path.join(root, folder, name), 'utf8');
      for (const form of forms) for (const [, code] of source.matchAll(form)) codes.add(code ?? '');
    }
  }
  return new Set([...codes].filter((code) => !notOurs.has(code)));
}

/** Every code in the first column of a table. */
function codesOfPage(): Set<string> {
  const cells = page.split('\n').flatMap((line) => /^\| (`[^|]+) \|/.exec(line)?.[1] ?? []);
  return new Set(
    cells.flatMap((cell) => [...cell.matchAll(/`([A-Za-z_]+)`/g)].map((m) => m[1] ?? '')),
  );
}

describe('docs/errors.md', () => {
  it('has every code that the source gives', () => {
    const codes = codesOfSource();
    assert.ok(codes.size > 40, `only ${codes.size} codes were found`);
    assert.deepEqual(
      [...codes].filter((code) => !codesOfPage().has(code)),
      [],
    );
  });

  it('has no code that is not in the source', () => {
    const source = folders
      .flatMap((folder) =>
        readdirSync(path.join(root, folder))
          .filter((name) => name.endsWith('.ts'))
          .map((name) => readFileSync(path.join(root, folder, name), 'utf8')),
      )
      .join('\n');
    const unknown = [...codesOfPage()].filter((code) => !source.includes(`'${code}'`));
    assert.deepEqual(unknown, []);
  });
});
