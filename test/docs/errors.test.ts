import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { exitCodes } from '../../cli/exit-codes.ts';

const root = path.join(import.meta.dirname, '..', '..');
const page = readFileSync(path.join(root, 'docs', 'errors.md'), 'utf8');
const folders = [
  ...['domain', 'db', 'ami', 'imports', 'client', 'cli', 'runtime', 'activities', 'workflows'],
  ...['workers', 'asterisk/provision'],
];
const sources = folders.flatMap((folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({
      file: `${folder}/${name}`,
      text: readFileSync(path.join(root, folder, name), 'utf8'),
    })),
);

/** The forms in which a code is given a name in the source. */
const forms = [
  /\bcode ?[:=] ?'([A-Za-z_]+)'/g,
  /(?:RefusedError|NotFoundError)\(\s*'([A-Za-z_]+)'/g,
  /\brefuse\('([A-Z_]+)'/g,
  /\bcause\.type \?\? '([A-Z_]+)'/g,
  /ApplicationFailure\.(?:retryable|nonRetryable)\(\s*'[^']*',\s*'([A-Za-z_]+)'/g,
  /\b(?:refused|reason): '([a-z_]+)'/g,
  /refusePhone\(\s*'([a-z_]+)'/g,
  /(?:return|\? null :) '((?:reason|audit_id|target|time)_[a-z_]+)'/g,
];
/** Types whose members are codes, one by one. */
const unions = [
  ...['NotSentCode', 'ClaimRefusal', 'ChangeRefusal', 'RetargetRefusal', 'BlockReason'],
].map((name) => new RegExp(`export type ${name} =([^;]+);`, 'g'));
/** A code of a library that the source compares with, and a word of a union that names no error. */
const notOurs = new Set(['custom', 'refused']);
/** A running campaign can be paused and cancelled, and resuming it changes nothing: no refusal. */
const neverRefused = 'CAMPAIGN_RUNNING';

function matchesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** Codes that are put together from the state of a campaign. */
function codesOfStates(): string[] {
  const text = sources.find(({ file }) => file === 'db/campaigns.ts')?.text ?? '';
  const states = matchesOf(/export type CampaignState =[^;]+;/.exec(text)?.[0] ?? '', /'(\w+)'/g);
  assert.ok(states.includes('paused'), 'the states of a campaign were not found');
  const all = sources.map((source) => source.text).join('\n');
  assert.match(all, /`CAMPAIGN_\$\{/);
  assert.match(all, /`campaign_\$\{state\}`/);
  return states
    .flatMap((state) => [`CAMPAIGN_${state.toUpperCase()}`, `campaign_${state}`])
    .filter((code) => code !== neverRefused);
}

/** What the numbers list says where no reason is stored. */
function wordsOfNumbersList(): string[] {
  const text = sources.find(({ file }) => file === 'db/numbers-list.ts')?.text ?? '';
  return matchesOf(text, /\b(?:then|else) '([a-z_ ]+)'/g);
}

function codesOfSource(): Set<string> {
  const codes = sources.flatMap(({ text }) => [
    ...forms.flatMap((form) => matchesOf(text, form)),
    ...unions.flatMap((union) => matchesOf(text, union)).flatMap((u) => matchesOf(u, /'(\w+)'/g)),
    ...matchesOf(text, /waiting_for = '([a-z_]+)'/g),
    ...matchesOf(text, /waitingFor: '([a-z_]+)'/g),
  ]);
  return new Set(
    [...codes, ...codesOfStates(), ...wordsOfNumbersList()].filter((code) => !notOurs.has(code)),
  );
}

/** Every code in the first column of a table. */
function codesOfPage(): Set<string> {
  const cells = page.split('\n').flatMap((line) => /^\| (`[^|]+) \|/.exec(line)?.[1] ?? []);
  return new Set(cells.flatMap((cell) => matchesOf(cell, /`([A-Za-z_ ]+)`/g)));
}

describe('docs/errors.md', () => {
  it('has every code that the source gives', () => {
    const codes = codesOfSource();
    assert.ok(codes.size > 90, `only ${codes.size} codes were found`);
    const documented = codesOfPage();
    assert.deepEqual(
      [...codes].filter((code) => !documented.has(code)),
      [],
    );
  });

  it('has no code that the source does not give', () => {
    const codes = codesOfSource();
    assert.deepEqual(
      [...codesOfPage()].filter((code) => !codes.has(code)),
      [],
    );
  });

  it('has the exit codes of the command line', () => {
    const table = page.split('## Exit codes')[1]?.split('\n## ')[0] ?? '';
    const numbers = matchesOf(table, /^\| (\d)/gm).map(Number);
    assert.deepEqual(numbers, Object.values(exitCodes));
  });
});
