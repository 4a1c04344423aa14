/** A time in ISO 8601 UTC without its milliseconds, for people. */
export function toSecond(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}
