import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import type { Fault } from '../domain/errors.ts';
import { isSection, type ConfigOverlay } from './config-environment.ts';
import type { valueSections } from './config-sections.ts';

/** What the files of a section hold, by the names it gives them. */
export interface NamedFiles<Content> {
  readonly found: ReadonlyMap<string, Content>;
  readonly faults: readonly Fault[];
}

export type Check<Content> = (
  content: unknown,
  name: string,
) =>
  | { readonly ok: true; readonly content: Content }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Reads the YAML files a section names. All faults of one file are one fault of dialer.yaml, where its
 * place is. Works on unchecked sections: what is no path at all is the schema's fault to report.
 */
export function readNamedFiles<Content>(
  section: (typeof valueSections)[number],
  overlay: ConfigOverlay,
  place: { readonly fileDir: string; readonly cwd: string },
  check: Check<Content>,
): NamedFiles<Content> {
  const found = new Map<string, Content>();
  const faults: Fault[] = [];
  const files = overlay.sections[section];
  for (const [name, file] of Object.entries(isSection(files) ? files : {})) {
    if (typeof file !== 'string') continue;
    const path = `${section}.${name}`;
    const base = overlay.origins.has(path) ? place.cwd : place.fileDir;
    const reading = readYamlFile(resolve(base, file), (content) => check(content, name));
    if (reading.ok) found.set(name, reading.content);
    else faults.push({ path, message: reading.message });
  }
  return { found, faults };
}

type FileReading<Content> =
  | { readonly ok: true; readonly content: Content }
  | { readonly ok: false; readonly message: string };

/** Reads and checks one YAML file; all its faults in one line. */
export function readYamlFile<Content>(
  file: string,
  check: (content: unknown) => ReturnType<Check<Content>>,
): FileReading<Content> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return failed(`${file} cannot be read (${code})`);
  }
  let parsed: unknown;
  try {
    parsed = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.message.split('\n')[0] : String(error);
    return failed(`${file} is no YAML: ${line}`);
  }
  const reading = check(parsed);
  if (reading.ok) return reading;
  const faults = reading.faults.map(({ path, message }) =>
    path ? `${path}: ${message}` : message,
  );
  return failed(`${file}: ${faults.join('; ')}`);
}

function failed(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}
