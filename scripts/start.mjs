// npm start: installs what is missing, then the demo. It runs in this very process, so that Ctrl-C, a kill
// and the exit code are the demo's own.
import { join } from 'node:path';
import { install, root } from './install.mjs';

await install();
const { register } = await import('tsx/esm/api');
register();
const main = join(root, 'cli', 'main.ts');
process.argv.splice(1, 1, main, 'demo');
await import('../cli/main.ts');
