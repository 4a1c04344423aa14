import { join } from 'node:path';
import { spawnGuarded } from '../../runtime/guarded-child.ts';

// A process to be killed in a test: starts the program of its arguments under a guard and prints its pid.
const [folder = '.', command = '', ...args] = process.argv.slice(2);
const { pid } = await spawnGuarded({
  command,
  args,
  logFile: join(folder, 'program.log'),
  pidFile: join(folder, 'program.pid'),
  orphanGraceMs: 500,
});
process.stdout.write(`${pid}\n`);
