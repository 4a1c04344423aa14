// Part of npm run build: what the compiled program reads and tsc does not copy.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

for (const asset of ['db/migrations', 'runtime/guard.mjs', 'asterisk/config', 'package.json']) {
  cpSync(join(root, asset), join(root, 'dist', asset), { recursive: true });
}
