#!/usr/bin/env node
import { listenForShutdown } from '../runtime/shutdown.ts';
import { runCli } from './run-cli.ts';

let stop: AbortController | null = null;

/** From the first call on, the first signal no longer ends the process: the command does. */
function stopSignal(): AbortSignal {
  if (stop !== null) return stop.signal;
  const controller = new AbortController();
  stop = controller;
  listenForShutdown({
    onFirst: (signal) => controller.abort(new Error(`stopped by ${signal}`)),
  });
  return controller.signal;
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  stopSignal,
});
