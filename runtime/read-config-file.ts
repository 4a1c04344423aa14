import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { Fault } from '../domain/errors.ts';
import { isSection } from './config-environment.ts';

export interface ConfigFile {
  /** Null: there is none, and everything embedded is used. */
  readonly path: string | null;
  readonly sections: Record<string, unknown>;
  readonly faults: readonly Fault[];
}

/** Finds and parses dialer.yaml: at `path` when one is given (then it must be there), else in `cwd` if there is one. */
export function readConfigFile(cwd: string, path: string | undefined): ConfigFile {
  const file = path === undefined ? join(cwd, 'dialer.yaml') : resolve(cwd, path);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (missing && path === undefined) return { path: null, sections: {}, faults: [] };
    return failed(file, `cannot be read: ${missing ? 'there is no such file' : String(error)}`);
  }
  return parse(file, text);
}

function parse(file: string, text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ message, pos }) => {
      const { line, col } = lines.linePos(pos[0]);
      return { path: `${file}:${line}:${col}`, message };
    });
    return { path: file, sections: {}, faults };
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    return failed(file, String(error));
  }
  if (content === null || content === undefined) return { path: file, sections: {}, faults: [] };
  if (!isSection(content)) return failed(file, 'must hold sections such as pbxs: and trunks:');
  return { path: file, sections: content, faults: [] };
}

function failed(file: string, message: string): ConfigFile {
  return { path: file, sections: {}, faults: [{ path: file, message }] };
}
