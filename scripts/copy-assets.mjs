// Part of npm run build: what the compiled program reads and tsc does not copy.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const assets = [
  'db/migrations',
  'rules',
  'runtime/guard.mjs',
  'asterisk/config',
  'asterisk/sounds/greeting.gsm',
  'asterisk/sounds/hello.gsm',
  'package.json',
];
for (const asset of assets) {
  cpSync(join(root, asset), join(root, 'dist', asset), { recursive: true });
}
