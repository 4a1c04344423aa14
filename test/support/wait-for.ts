import assert from 'node:assert/strict';

/** Waits for a condition, with a limit; the condition itself asks somebody, so it paces itself. */
export async function waitFor(condition: () => Promise<boolean>, limitMs = 20_000): Promise<void> {
  const stopAt = Date.now() + limitMs;
  while (!(await condition())) {
    assert.ok(Date.now() < stopAt, 'waited too long');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
