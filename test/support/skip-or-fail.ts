import type { TestContext } from 'node:test';
import assert from 'node:assert/strict';

/**
 * True when a real part is there. Otherwise the test is skipped with the reason, except in CI,
 * where nothing may be skipped: there the missing part is a failure.
 */
export function requireOrSkip(t: TestContext, available: boolean, reason: string): boolean {
  if (available) return true;
  assert.notEqual(process.env['CI'], 'true', `missing in CI: ${reason}`);
  t.skip(reason);
  return false;
}
