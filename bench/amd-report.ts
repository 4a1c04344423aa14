import type { Verdict } from './amd-calls.ts';
import type { LabelledSound } from './labelled-sounds.ts';

/** The verdicts as Markdown: how often each kind was taken for what, the two rates, and each sound. */
export function amdReport(verdicts: readonly Verdict[]): string {
  const people = verdicts.filter(({ sound }) => sound.label === 'person');
  const machines = verdicts.filter(({ sound }) => sound.label === 'machine');
  const soundCount = new Set(verdicts.map(({ sound }) => sound)).size;
  return [
    `${soundCount} sounds, each called ${verdicts.length / soundCount} times.`,
    '',
    '| in truth | calls | called a machine | called a person | not sure (connected) | mean time |',
    '| --- | --- | --- | --- | --- | --- |',
    confusionRow('people', people),
    confusionRow('machines', machines),
    '',
    `- **False positives**, people called machines: ${share(people, isMachine)}.`,
    `- False negatives, machines not found: ${share(machines, (verdict) => !isMachine(verdict))}.`,
    `- Mean time from the answer to the verdict: ${seconds(verdicts)}.`,
    '',
    '| sound | words | found | AMD said | mean time |',
    '| --- | --- | --- | --- | --- |',
    ...soundsOf(verdicts).map(soundRow),
    '',
  ].join('\n');
}

function confusionRow(name: string, verdicts: readonly Verdict[]): string {
  const counts = (['machine', 'person', 'not sure'] as const).map(
    (found) => verdicts.filter((verdict) => verdict.found === found).length,
  );
  return `| ${[name, verdicts.length, ...counts, seconds(verdicts)].join(' | ')} |`;
}

function isMachine({ found }: Verdict): boolean {
  return found === 'machine';
}

function share(verdicts: readonly Verdict[], wanted: (verdict: Verdict) => boolean): string {
  const count = verdicts.filter(wanted).length;
  return `${count} of ${verdicts.length} calls (${((100 * count) / verdicts.length).toFixed(1)} %)`;
}

function seconds(verdicts: readonly Verdict[]): string {
  const total = verdicts.reduce((sum, { tookMs }) => sum + tookMs, 0);
  return `${(total / verdicts.length / 1000).toFixed(1)} s`;
}

function soundsOf(verdicts: readonly Verdict[]): [LabelledSound, Verdict[]][] {
  const bySound = new Map<LabelledSound, Verdict[]>();
  for (const verdict of verdicts) {
    bySound.set(verdict.sound, [...(bySound.get(verdict.sound) ?? []), verdict]);
  }
  return [...bySound];
}

function soundRow([{ file, label, text }, verdicts]: [LabelledSound, Verdict[]]): string {
  const isRight = verdicts.every(({ found }) => (found === 'machine') === (label === 'machine'));
  const found = tally(verdicts.map((verdict) => verdict.found));
  const cells = [
    `\`${file.replace('.gsm', '')}\``,
    text === '' ? '–' : text,
    isRight ? found : `**${found}**`,
    tally(verdicts.map(({ said }) => said)),
    seconds(verdicts),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** `machine`, or `machine 3, person 2` when the calls differ. */
function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  if (counts.size === 1) return words[0] ?? '';
  return [...counts].map(([word, count]) => `${word} ${count}`).join(', ');
}
