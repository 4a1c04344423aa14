import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { OutcomeRow } from '../../domain/call-outcome.ts';
import { causeOutcome } from '../../domain/cause-outcome.ts';
import { sipOutcome } from '../../domain/sip-outcome.ts';

const page = read('docs/call-status.md');
const source = ['classify-call', 'judge-answer', 'judge-failure', 'decide-next']
  .map((name) => read(`domain/${name}.ts`))
  .join('\n');

function read(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
}

/** Rows of the table under a heading, as the texts of their cells. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function matchesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** Rules that have one name, and the beginnings of those that are named for a code or a status. */
const rules = new Set([
  ...matchesOf(source, /(?:rule: |endWith(?:This|Best)\(input, )'([a-z0-9-]+)'/g),
  ...matchesOf(source, /ruling\([^)]*?'([a-z][a-z0-9-]+)', (?:'(?:certain|likely|unsure)'|conf)/g),
  ...matchesOf(source, /judgeAnswer\(summary, '([a-z-]+)'/g),
]);
const beginnings = new Set(matchesOf(source, /`([a-z0-9]+-)\$\{/g));

/** What the page says of a code: the row that lists it, else the row of the others. */
function outcomeOnPage(rows: readonly string[][], code: number): string[] {
  const listed = rows.find(([cell = '']) => numbersIn(cell).includes(code));
  const family = `${Math.trunc(code / 100)}xx`;
  const ranged = rows.find(([cell = '']) => {
    const [, from, to] = /others from (\d+) to (\d+)/.exec(cell) ?? [];
    if (from !== undefined) return code >= Number(from) && code <= Number(to);
    return cell.includes('other ') && cell.includes(family);
  });
  const others = rows.find(([cell]) => cell === 'others');
  return (listed ?? ranged ?? others ?? []).slice(1, 3);
}

/** The codes a first cell lists, without those in brackets and those that only bound a range. */
function numbersIn(cell: string): number[] {
  const list = cell.replaceAll(/\([^)]*\)|others from \d+ to \d+/g, '');
  return (list.match(/\b\d+\b/g) ?? []).map(Number);
}

function outcomeInWords({ dialStatus, callStatus, ifRang }: OutcomeRow): string[] {
  if (ifRang === undefined) return [dialStatus, callStatus];
  return [
    `${ifRang.dialStatus} if it rang, else ${dialStatus}`,
    `${ifRang.callStatus} if it rang, else ${callStatus}`,
  ];
}

const tables = [
  { heading: 'SIP codes', outcomeOf: sipOutcome, first: 300, last: 699 },
  { heading: 'Causes', outcomeOf: causeOutcome, first: 0, last: 127 },
];

describe('docs/call-status.md', () => {
  it('names every rule that the classifier and the decision can give', () => {
    assert.ok(rules.size > 20, `only ${rules.size} rules were found`);
    assert.ok(beginnings.size >= 5, `only ${beginnings.size} kinds of rules were found`);
    const names = [
      ...[...rules].map((rule) => `\`${rule}\``),
      ...[...beginnings].map((b) => `\`${b}`),
    ];
    assert.deepEqual(
      names.filter((name) => !page.includes(name)),
      [],
    );
  });

  it('names no rule that the code does not have', () => {
    const cells = [
      ...rowsUnder('Precedence').map(([, , cell]) => cell ?? ''),
      ...rowsUnder('An answered call').map(([, , cell]) => cell ?? ''),
      ...rowsUnder('What comes next').map(([cell]) => cell ?? ''),
    ];
    const names = cells.flatMap((cell) => matchesOf(cell, /`([^`]+)`/g));
    assert.ok(names.length > 20);
    const isKnown = (name: string) =>
      rules.has(name) || [...beginnings].some((beginning) => name.startsWith(`${beginning}<`));
    assert.deepEqual(
      names.filter((name) => !isKnown(name)),
      [],
    );
  });

  for (const { heading, outcomeOf, first, last } of tables) {
    it(`says of each code what the table of the code says: ${heading}`, () => {
      const rows = rowsUnder(heading);
      for (let code = first; code <= last; code += 1) {
        const outcome = outcomeOf(code);
        assert.ok(outcome, String(code));
        assert.deepEqual(outcomeOnPage(rows, code), outcomeInWords(outcome), `code ${code}`);
      }
    });
  }
});
