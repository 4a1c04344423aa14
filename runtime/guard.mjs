// The guard: a process between the engine and a program that is not ours (Postgres, Temporal, Asterisk).
// It holds a pipe from the engine. When that pipe closes, the engine is gone, by kill -9 too, and the
// guard ends the program. Plain JavaScript without dependencies, so that it starts fast and stays small.
//
// stdin, one JSON line each: first what to run, later {"stop": graceMs}.
// stdout, one JSON line each: {"pid"} once the program runs, {"error"} if it cannot, {"exit": {code, signal}}.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers';

let program = null;
let spec = null;
let ending = false;

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const message = JSON.parse(line);
  if (spec === null) run(message);
  else end(message.stop);
});
lines.on('close', () => end(spec?.orphanGraceMs ?? 0));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  process.on(signal, () => end(spec?.orphanGraceMs ?? 0));
}
// Nobody listens any more; the closed stdin says so too.
process.stdout.on('error', () => undefined);

function run(message) {
  spec = message;
  const { command, args, env, cwd, logFile, user, stopSignal } = spec;
  try {
    const log = openSync(logFile, 'a', 0o600);
    program = spawn(command, args, {
      env,
      cwd,
      detached: true,
      stdio: ['ignore', log, log],
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    });
    closeSync(log);
  } catch (error) {
    return fail(error);
  }
  spec.stopSignal = stopSignal ?? 'SIGTERM';
  program.once('error', fail);
  program.once('spawn', () => say({ pid: program.pid }));
  program.once('exit', (code, signal) => {
    toGroup('SIGKILL');
    say({ exit: { code, signal } }, () => process.exit(0));
  });
}

/** Asks the program to end, and ends it with force after the grace time. */
function end(graceMs) {
  if (program?.pid === undefined) return process.exit(0);
  setTimeout(() => toGroup('SIGKILL'), graceMs);
  if (ending) return;
  ending = true;
  // The program alone is asked: Postgres and Asterisk end their own children in order.
  program.kill(spec.stopSignal);
}

function toGroup(signal) {
  try {
    process.kill(-program.pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

function fail(error) {
  say({ error: error.message }, () => process.exit(1));
}

function say(message, then = () => undefined) {
  process.stdout.write(`${JSON.stringify(message)}\n`, () => then());
}
