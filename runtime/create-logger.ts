import { pino, type DestinationStream, type Logger } from 'pino';
import { escapeControls } from '../domain/escape-controls.ts';
import { isLogLevel } from './log-level.ts';
import { maskPhoneNumbers, scrubLog } from './scrub-log.ts';

export interface LoggerOptions {
  /** The part of the engine that logs, such as `trunk-owner`; stands in every line as `part`. */
  readonly part: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: stderr, because stdout is for data. */
  readonly destination?: DestinationStream;
  /** Short lines for people instead of JSON. Default: when stderr is a terminal. */
  readonly plain?: boolean;
}

/**
 * The engine's log: JSON lines on stderr, level by DIALER_LOG_LEVEL (default `info`). Nothing that is
 * private or looks like a phone number gets through, see scrub-log.ts. A closed stderr is ignored.
 */
export function createLogger({ part, env, destination, plain }: LoggerOptions): Logger {
  const level = env['DIALER_LOG_LEVEL'] ?? '';
  const stream = destination ?? standardError();
  const toPeople = plain ?? (destination === undefined && process.stderr.isTTY);
  const log = pino(
    {
      level: isLogLevel(level) ? level : 'info',
      base: { part, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => scrubLog(fields) as Record<string, unknown>,
      },
      hooks: {
        logMethod(args, method) {
          method.apply(this, scrubArguments(args) as typeof args);
        },
      },
    },
    toPeople ? { write: (line: string) => stream.write(plainLine(line)) } : stream,
  );
  return withScrubbedChildren(log);
}

/** pino formats the bindings of its root alone; children inherit this `child` by their prototype. */
function withScrubbedChildren(log: Logger): Logger {
  const original: unknown = Reflect.get(log, 'child');
  const child = function (this: Logger, bindings: object, ...rest: unknown[]): unknown {
    return (original as (...args: unknown[]) => unknown).call(this, scrubLog(bindings), ...rest);
  };
  return Object.assign(log, { child });
}

function standardError(): DestinationStream {
  const stream = pino.destination({ dest: 2, sync: true });
  // Whoever read our log is gone; the engine goes on.
  stream.on('error', () => undefined);
  return stream;
}

/** Masks the message and its parts; pino would take a missing message from the error, unmasked. */
function scrubArguments(args: readonly unknown[]): unknown[] {
  const [first, ...others] = args.map((arg) =>
    typeof arg === 'string' ? maskPhoneNumbers(arg) : arg,
  );
  const error = first instanceof Error ? first : (first as { err?: unknown } | null)?.err;
  if (others.length > 0 || !(error instanceof Error)) return [first, ...others];
  return [first, maskPhoneNumbers(error.message)];
}

/** `12:00:01 warn  trunk-owner: link lost trunk=carrier-a`. */
function plainLine(line: string): string {
  const { level, time, part, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  delete rest['pid'];
  const clock = typeof time === 'string' ? time.slice(11, 19) : '';
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${shown(value)}`);
  const failure = err ? [shown((err as { message?: unknown }).message ?? err)] : [];
  const text = [msg === undefined ? '' : shown(msg), ...failure, ...fields]
    .filter(Boolean)
    .join(' ');
  return `${clock} ${String(level).padEnd(5)} ${String(part)}: ${escapeControls(text)}\n`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
