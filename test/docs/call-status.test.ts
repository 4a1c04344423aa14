import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { causeOutcome } from '../../domain/cause-outcome.ts';
import { sipOutcome } from '../../domain/sip-outcome.ts';

const page = read('docs/call-status.md');

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

/** The numbers a first cell begins with, without those in brackets. */
function codesOf(cell: string): number[] {
  return (cell.replaceAll(/\([^)]*\)/g, '').match(/\b\d+\b/g) ?? []).map(Number);
}

const tables = [
  { heading: 'SIP codes', outcomeOf: sipOutcome, other: /^other/ },
  { heading: 'Causes', outcomeOf: causeOutcome, other: /^others/ },
];

describe('docs/call-status.md', () => {
  it('names every rule that the classifier and the decision can give', () => {
    const sources = ['classify-call', 'decide-next', 'call-outcome'].map((name) =>
      read(`domain/${name}.ts`),
    );
    const names = sources
      .join('\n')
      .matchAll(/(?:rule: |answered\(|endWithThis\(input, |endWithBest\(input, )'([a-z0-9-]+)'/g);
    const rules = new Set([...names].map((match) => match[1] ?? ''));
    assert.ok(rules.size > 15, `only ${rules.size} rules were found`);
    const missing = [...rules].filter((rule) => !page.includes(`\`${rule}\``));
    assert.deepEqual(missing, []);
  });

  for (const { heading, outcomeOf, other } of tables) {
    it(`says of each code what the table of the code says: ${heading}`, () => {
      const rows = rowsUnder(heading).filter(([cell]) => !other.test(cell ?? ''));
      assert.ok(rows.length > 5);
      for (const [cell, dialStatus, callStatus] of rows) {
        for (const code of codesOf((cell ?? '').replace(/others? .*$/, ''))) {
          const outcome = outcomeOf(code);
          assert.ok(outcome, String(code));
          const ifRang = outcome.ifRang;
          const words = ifRang
            ? [
                `${ifRang.dialStatus} if it rang, else ${outcome.dialStatus}`,
                `${ifRang.callStatus} if it rang, else ${outcome.callStatus}`,
              ]
            : [outcome.dialStatus, outcome.callStatus];
          assert.deepEqual([dialStatus, callStatus], words, `code ${code}`);
        }
      }
    });
  }
});
