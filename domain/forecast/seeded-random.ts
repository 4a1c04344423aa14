/**
 * A number from 0 up to, and not, 1 that depends on nothing but its arguments, so that it is the same
 * in whatever order it is asked for. All are whole numbers; only their lowest 32 bits count.
 */
export function seededRandom(seed: number, ...path: readonly number[]): number {
  let hash = scramble(seed);
  for (const step of path) hash = scramble(hash ^ scramble(step + 0x9e3779b9));
  return (hash >>> 0) / 2 ** 32;
}

/** Finalizer of MurmurHash3: every bit of the input changes half the bits of the result. */
function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
