import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** A sound that answers a call, and what it truly is. */
export interface LabelledSound {
  /** In asterisk/sounds. */
  readonly file: string;
  readonly label: 'machine' | 'person';
  readonly language: string;
  readonly text: string;
  readonly seconds: number;
}

/** The sounds we keep, in the order of their list. */
export function labelledSounds(): LabelledSound[] {
  const list = new URL('../asterisk/sounds/labels.csv', import.meta.url);
  const rows = parse<Record<string, string>>(readFileSync(list), { columns: true });
  return rows.map(({ file = '', label, language = '', text = '', seconds }) => ({
    file,
    label: label === 'machine' ? 'machine' : 'person',
    language,
    text,
    seconds: Number(seconds),
  }));
}
