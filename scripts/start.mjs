// npm start: installs what is missing, then the demo.
import { join } from 'node:path';
import { root } from './install.mjs';
import { run } from './run.mjs';

await run(join(root, 'cli', 'main.ts'), ['demo', ...process.argv.slice(2)]);
