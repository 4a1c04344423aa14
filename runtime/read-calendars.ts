import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import type { Fault } from '../domain/errors.ts';
import { readCalendar } from '../domain/holidays.ts';
import { isSection, type ConfigOverlay } from './config-environment.ts';

/** The days of each calendar, `YYYY-MM-DD`. */
export interface Calendars {
  readonly found: ReadonlyMap<string, readonly string[]>;
  readonly faults: readonly Fault[];
}

/** Works on unchecked sections: what is no path at all is the schema's fault to report. */
export function readCalendars(overlay: ConfigOverlay, fileDir: string, cwd: string): Calendars {
  const found = new Map<string, readonly string[]>();
  const faults: Fault[] = [];
  const { calendars } = overlay.sections;
  for (const [name, file] of Object.entries(isSection(calendars) ? calendars : {})) {
    if (typeof file !== 'string') continue;
    const path = `calendars.${name}`;
    const reading = readFile(resolve(overlay.origins.has(path) ? cwd : fileDir, file));
    if (reading.ok) found.set(name, reading.days);
    else faults.push({ path, message: reading.message });
  }
  return { found, faults };
}

type FileReading =
  | { readonly ok: true; readonly days: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** All faults of one file are one fault of dialer.yaml, where its place is. */
function readFile(file: string): FileReading {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return failed(`${file} cannot be read (${code})`);
  }
  let content: unknown;
  try {
    content = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.message.split('\n')[0] : String(error);
    return failed(`${file} is no YAML: ${line}`);
  }
  const reading = readCalendar(content);
  if (reading.ok) return reading;
  const faults = reading.faults.map(({ path, message }) =>
    path ? `${path}: ${message}` : message,
  );
  return failed(`${file}: ${faults.join('; ')}`);
}

function failed(message: string): FileReading {
  return { ok: false, message };
}
