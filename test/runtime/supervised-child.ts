import { endWithParent } from '../../runtime/end-with-parent.ts';

// A program to be supervised in a test: says its pid, ends in order on SIGTERM, never by itself.
endWithParent(2_000);
process.on('SIGTERM', () => {
  if (process.argv[2] === 'stubborn') return;
  process.stdout.write('ending in order\n');
  process.exit(0);
});
setInterval(() => undefined, 1_000);
process.stdout.write(`${process.pid}\n`);
