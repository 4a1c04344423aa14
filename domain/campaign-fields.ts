import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { isTimeZone } from './local-day.ts';

/**
 * The kinds of values a campaign file is made of, each with a message that says what to write.
 * Every field is read from whatever the file holds, so that one wrong type hides no other fault.
 */

/** Why a value is refused. */
export class Wrong {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Turns a value of a file into T, or says what is wrong with it. */
export type Read<T> = (value: unknown) => T | Wrong;

/** A key that must be there. */
export function required<T>(read: Read<T>) {
  return field(read, new Wrong('this key is missing'));
}

/** A key that may be absent and then has the value `missing`. */
export function optional<T, Missing>(read: Read<T>, missing: Missing) {
  return field<T | Missing>(read, missing);
}

function field<T>(read: Read<T>, missing: T | Wrong) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T => {
      const result = value === undefined ? missing : read(value);
      if (!(result instanceof Wrong)) return result;
      context.addIssue({ code: 'custom', message: result.message });
      return z.NEVER;
    });
}

/** An object that has these keys and no others; `unknownKey` says what to write instead. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape, unknownKey?: string) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? (unknownKey ?? `there is no such key; known: ${keys}`)
        : `this must be a section with the keys ${keys}`,
  });
}

/** A list of at least `least` entries. */
export function list<Entry extends z.ZodType>(entry: Entry, least: number) {
  const message = least > 0 ? 'this must be a list with at least one entry' : 'this must be a list';
  return z.array(entry, message).min(least, message);
}

/** A duration within limits, in milliseconds. */
export function duration(shortest: string, longest: string) {
  return (value: unknown): number | Wrong => {
    if (typeof value === 'number') {
      return new Wrong(`${value} has no unit: write ${value}s, ${value}m, ${value}h or ${value}d`);
    }
    const ms = typeof value === 'string' ? parseDuration(value) : null;
    if (ms === null) return new Wrong('this is not a duration: write 30s, 5m, 2h or 3d');
    if (ms >= (parseDuration(shortest) ?? 0) && ms <= (parseDuration(longest) ?? 0)) return ms;
    return new Wrong(`this must be from ${shortest} to ${longest}`);
  };
}

/** A whole number within limits. */
export function wholeNumber(least: number, most: number) {
  return (value: unknown): number | Wrong =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? Number(value)
      : new Wrong(`this must be a whole number from ${least} to ${most}`);
}

/** A number within limits, fractions included. */
export function numberBetween(least: number, most: number) {
  return (value: unknown): number | Wrong =>
    typeof value === 'number' && value >= least && value <= most
      ? value
      : new Wrong(`this must be a number from ${least} to ${most}`);
}

/** Text of a given form. */
export function text(form: RegExp, hint: string) {
  return (value: unknown): string | Wrong => {
    if (typeof value === 'number') return new Wrong(`write this in quotes; ${hint}`);
    return typeof value === 'string' && form.test(value) ? value : new Wrong(hint);
  };
}

/** One of some words; `what` names them. */
export function word<Word extends string>(words: readonly Word[], what: string) {
  return (value: unknown): Word | Wrong => {
    const found = words.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    const known = words.length > 0 ? words.join(', ') : 'none';
    return new Wrong(`this is not ${what}; known: ${known}`);
  };
}

/** The name of a zone, or one of the `others`. */
export function timeZone(...others: readonly string[]) {
  return (value: unknown): string | Wrong => {
    if (typeof value === 'string' && (others.includes(value) || isTimeZone(value))) return value;
    const also = others.map((other) => `, or ${other}`).join('');
    return new Wrong(`this is not a time zone: write a name such as America/Mexico_City${also}`);
  };
}
