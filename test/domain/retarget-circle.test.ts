import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { findRetargetCircle } from '../../domain/retarget-circle.ts';

function graph(edges: Readonly<Record<string, string[]>>) {
  return Object.entries(edges).map(([name, targets]) => ({ name, targets }));
}

describe('findRetargetCircle', () => {
  it('finds none where every way ends', () => {
    assert.equal(findRetargetCircle([]), null);
    assert.equal(findRetargetCircle(graph({ a: ['b', 'c'], b: ['c'], c: [] })), null);
    assert.equal(findRetargetCircle(graph({ a: ['unknown'] })), null);
  });

  it('names the campaigns along a circle', () => {
    assert.deepEqual(findRetargetCircle(graph({ a: ['a'] })), ['a', 'a']);
    assert.deepEqual(findRetargetCircle(graph({ a: ['b'], b: ['a'] })), ['a', 'b', 'a']);
    assert.deepEqual(
      findRetargetCircle(graph({ x: ['a'], a: ['d', 'b'], b: ['c'], c: ['a'], d: [] })),
      ['a', 'b', 'c', 'a'],
    );
  });

  it('is quick where very many ways lead to one place', () => {
    const layers = Array.from({ length: 200 }, (_, layer) =>
      ['l', 'r'].map((side) => ({
        name: `${side}${layer}`,
        targets: [`l${layer + 1}`, `r${layer + 1}`],
      })),
    );
    assert.equal(findRetargetCircle(layers.flat()), null);
  });

  it('finds a circle exactly when not all campaigns can be put in an order', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const node = fc.subarray(names);
    fc.assert(
      fc.property(fc.tuple(node, node, node, node, node), (targets) => {
        const campaigns = names.map((name, index) => ({ name, targets: targets[index] ?? [] }));
        const circle = findRetargetCircle(campaigns);
        assert.equal(circle === null, canBeOrdered(campaigns));
        if (circle === null) return;
        assert.equal(circle[0], circle.at(-1));
        circle.slice(1).forEach((target, index) => {
          const from = campaigns.find(({ name }) => name === circle[index]);
          assert.ok(from?.targets.includes(target));
        });
      }),
    );
  });
});

/** Takes away campaigns without a way out until none is left, or none can be taken. */
function canBeOrdered(campaigns: readonly { name: string; targets: readonly string[] }[]): boolean {
  let left = [...campaigns];
  for (;;) {
    const names = new Set(left.map(({ name }) => name));
    const rest = left.filter(({ targets }) => targets.some((target) => names.has(target)));
    if (rest.length === left.length) return left.length === 0;
    left = rest;
  }
}
