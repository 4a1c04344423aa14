import { nodeCommand } from '../../runtime/node-command.ts';
import { supervise } from '../../runtime/supervise.ts';

// A process to be killed in a test: supervises one child and repeats what it says.
supervise({
  name: 'child',
  ...nodeCommand(new URL('./supervised-child.ts', import.meta.url)),
  onLine: (line) => process.stdout.write(`${line}\n`),
});
