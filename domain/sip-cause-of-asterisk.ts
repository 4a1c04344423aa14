/**
 * The Q.850 cause Asterisk makes by itself of a final SIP code when the carrier sends none of its own
 * (RFC 3326). Measured on Asterisk 22 for every code from 300 to 699; a cause that differs from this
 * one was the carrier's word. Null for a number that is no final code.
 */
export function causeOfSipCode(code: number): number | null {
  if (!Number.isInteger(code) || code < 300 || code > 699) return null;
  return causeByCode.get(code) ?? causeOfClass(code);
}

const causeByCode: ReadonlyMap<number, number> = new Map([
  [302, 23],
  [401, 21],
  [403, 21],
  [404, 1],
  [407, 21],
  [408, 18],
  [409, 41],
  [410, 22],
  [420, 3],
  [480, 19],
  [483, 19],
  [484, 28],
  [485, 1],
  [486, 17],
  [488, 58],
  [500, 38],
  [501, 29],
  [502, 27],
  [503, 34],
  [504, 102],
  [505, 127],
  [600, 17],
  [603, 21],
  [604, 1],
  [606, 58],
]);

function causeOfClass(code: number): number {
  if (code < 400) return 16;
  return code >= 500 && code < 600 ? 34 : 127;
}
