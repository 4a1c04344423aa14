import { reportedOf } from '../../asterisk/outcome-plan.ts';
import { callStatuses, type CallStatus } from '../../domain/call-status.ts';
import type { DialledOutcome } from './dial-outcomes.ts';

/** What was to come of a call, and what came of it. */
interface Cell {
  readonly expected: CallStatus;
  readonly reported: CallStatus | null;
  readonly count: number;
}

/** The confusion matrix of dialled outcomes as a Markdown table; equal pairs are on the diagonal. */
export function statusMatrix(dialled: readonly DialledOutcome[]): string[] {
  const cells = countCells(dialled);
  const used = callStatuses.filter((status) =>
    cells.some(({ expected, reported }) => expected === status || reported === status),
  );
  const head = `| expected \\ reported | ${used.map((status) => `\`${status}\``).join(' | ')} |`;
  const rule = `| --- | ${used.map(() => '---:').join(' | ')} |`;
  const rows = used.map((expected) => {
    const counts = used.map((reported) => countOf(cells, expected, reported) || '');
    return `| \`${expected}\` | ${counts.join(' | ')} |`;
  });
  return [head, rule, ...rows];
}

/** Rows whose status is another than expected, with the reason where the table of outcomes gives one. */
export function differences(dialled: readonly DialledOutcome[]): string[] {
  return dialled.flatMap(({ outcome, attempt }) => {
    const { code, title, expected, sameEvidenceAs, source } = outcome;
    if (expected.callStatus === attempt.callStatus) return [];
    const why =
      sameEvidenceAs === undefined
        ? 'UNEXPLAINED'
        : `the same evidence as ${sameEvidenceAs}: ${source}`;
    return [
      `${code}, ${title}: ${expected.callStatus} is reported as ${attempt.callStatus ?? 'pending'} (${why})`,
    ];
  });
}

function countCells(dialled: readonly DialledOutcome[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const { outcome, attempt } of dialled) {
    const { callStatus: expected } = outcome.expected;
    const key = `${expected} ${attempt.callStatus}`;
    const count = (cells.get(key)?.count ?? 0) + 1;
    cells.set(key, { expected, reported: attempt.callStatus, count });
  }
  return [...cells.values()];
}

function countOf(cells: readonly Cell[], expected: CallStatus, reported: CallStatus): number {
  const cell = cells.find((each) => each.expected === expected && each.reported === reported);
  return cell?.count ?? 0;
}

/** docs/call-status-matrix.md: the matrix and every row; without times, so that two runs give one page. */
export function matrixPage(dialled: readonly DialledOutcome[]): string {
  const differing = differences(dialled);
  return [
    '# Call status, expected and reported',
    '',
    `Campaigns dialled ${dialled.length} different outcomes on the whole engine and a real Asterisk 22, over SIP,`,
    'with a carrier that keeps its own record. What was to come of each was written down with its source before',
    'the run, in `asterisk/plan/`; the carrier rang exactly those whom the engine has an attempt for. The',
    'simulator gives the same page. `npm test -- test/end-to-end/call-status-matrix` dials them again and compares',
    'with this page; with `UPDATE_MATRIX=1` it writes it anew.',
    '',
    ...statusMatrix(dialled),
    '',
    differing.length === 0
      ? 'There is no cell beside the diagonal.'
      : 'Cells beside the diagonal are rows that Asterisk cannot tell from another row, which is named:',
    '',
    ...differing.map((line) => `- ${line}`),
    '',
    '## Every outcome',
    '',
    'The code is the number of the row; over the trunk it is the last three digits dialled.',
    '',
    '| code | the far end, or our side | expected | reported | dial status | rule | confidence | expectation rests on |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...dialled.map(outcomeRow),
    '',
  ].join('\n');
}

function outcomeRow({ outcome, attempt }: DialledOutcome): string {
  const { code, title, expected, source } = outcome;
  const isRace = outcome.race?.rule === attempt.rule;
  // What Asterisk decides by itself is shown as it mostly decides.
  const { callStatus, dialStatus, rule, confidence } = isRace ? reportedOf(outcome) : attempt;
  const cells = [
    code,
    title,
    expected.callStatus,
    callStatus,
    dialStatus,
    `\`${rule}\``,
    confidence,
  ];
  return `| ${[...cells, source].map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}
