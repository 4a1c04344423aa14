// Personal data must not reach a log whatever a caller passes: keys that hold it are emptied, and
// text that looks like a phone number is masked wherever it stands, an error's message included.

const privateKey = /secret|password|passwd|authorization|^(?:number|phone|name|e164|callerid)$/i;
const deepest = 6;

/** The value as it may be logged: private keys emptied, phone numbers and passwords in URLs masked. */
export function scrubLog(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskPhoneNumbers(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[too deep]';
  if (value instanceof Date) return value;
  if (value instanceof Error) return scrubError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => scrubLog(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      privateKey.test(key) ? '[private]' : scrubLog(inner, depth + 1),
    ]),
  );
}

function scrubError(error: Error, depth: number): Record<string, unknown> {
  const { message, stack, cause, name, ...rest } = error as Error & Record<string, unknown>;
  return {
    ...(scrubLog(rest, depth + 1) as Record<string, unknown>),
    type: error.constructor.name || name,
    message: maskPhoneNumbers(message),
    ...(stack === undefined ? {} : { stack: maskPhoneNumbers(stack) }),
    ...(cause === undefined ? {} : { cause: scrubLog(cause, depth + 1) }),
  };
}

// What has many digits and is no phone number, tried first: ids, times, addresses, dotted numbers.
const harmless = [
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/,
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/,
  /\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?/,
  /\b\d{10}\.\d{1,8}\b/,
];
const phoneLike = /\+?\(?\d(?:[ ().-]{0,2}\d){6,}/;
const masked = new RegExp(
  `(?<![A-Za-z0-9])(?:(${harmless.map(({ source }) => source).join('|')})|(${phoneLike.source}))(?![A-Za-z0-9])`,
  'gi',
);

/** Text with everything that looks like a phone number (7 digits or more) reduced to its last two digits. */
export function maskPhoneNumbers(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, '$1:***@')
    .replace(masked, (whole, kept: string | undefined) =>
      kept === undefined ? `***${whole.slice(-2)}` : whole,
    );
}
