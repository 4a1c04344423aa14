import { fileURLToPath } from 'node:url';

/** How to run one of our own modules in a process of its own, compiled or not, from any folder. */
export function nodeCommand(entry: URL): { command: string; args: string[] } {
  const file = fileURLToPath(entry);
  const loader = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  return { command: process.execPath, args: [...loader, file] };
}
