import { setTimeout as delay } from 'node:timers/promises';

/** Resolves as soon as the condition holds; fails after the limit and says what was waited for. */
export async function waitFor(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await delay(20);
  }
}
