import { RefusedError } from '../../domain/errors.ts';
import { lockDataDir, type RunFile } from '../../runtime/run-file.ts';

// A process for tests: takes the data folder of its argument, says so, and stays until its stdin closes.
const [dataDir = '', run = '{}'] = process.argv.slice(2);
try {
  lockDataDir(dataDir).publish(JSON.parse(run) as RunFile);
  process.stdin.resume();
  process.stdout.write('held\n');
} catch (error) {
  if (!(error instanceof RefusedError)) throw error;
  process.stdout.write(`${error.code}\n`);
}
