import { NotSentError } from './not-sent-error.ts';

/**
 * The last step before a number reaches a frame. A dial string is a small language: `&` rings a second
 * number, `,` starts options, `@` and `/` choose another trunk, `${…}` is evaluated. The template comes
 * from the configuration, the number from anybody, so only digits of it ever get in.
 */
const dialable = /^\+?[0-9]{3,18}$/;
const dialString = /^[A-Za-z][A-Za-z0-9]{1,19}\/[A-Za-z0-9_.@/:+*#-]{1,200}$/;

/**
 * Puts a number into a trunk's template, for example `PJSIP/{number}@carrier-a`.
 * @throws NotSentError `frame_refused`: the number is not 3–18 digits with at most one leading `+`, or
 *   the template does not hold `{number}` exactly once or holds more than names and separators.
 */
export function buildDialString(template: string, number: string): string {
  if (!dialable.test(number)) {
    throw new NotSentError('frame_refused', 'the number is not 3 to 18 digits');
  }
  const parts = template.split('{number}');
  const [before, after] = parts;
  if (parts.length !== 2 || before === undefined || after === undefined) {
    throw new NotSentError('frame_refused', 'a dial string template needs {number} exactly once');
  }
  const built = before + number + after;
  if (!isDialString(built)) {
    throw new NotSentError('frame_refused', 'the dial string template holds a forbidden character');
  }
  return built;
}

/** True for `Technology/resource` of names, digits and separators only: one destination, no options. */
export function isDialString(text: string): boolean {
  return dialString.test(text);
}
