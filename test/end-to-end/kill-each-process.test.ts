import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  createDemoFolder,
  descendants,
  type DemoFolder,
  type DemoProcess,
  type NumberRow,
} from '../support/demo-process.ts';

/** Every process of a running demo, by its command line. */
const parts = {
  'the owner of the trunk': /main\.ts worker --trunk/,
  'the workflow worker': /main\.ts worker$/,
  Postgres: /postgres -D/,
  Temporal: /temporal server/,
  'the PBX': /simulator\/main\.ts/,
} as const;

const isUnderWay = /(\d+) of 40 settled: (?:[5-9]|\d\d) connected/;
const isOver = /40 of 40 settled/;

describe('kill -9 in the middle of the demo', { timeout: 900_000 }, () => {
  for (const [name, pattern] of Object.entries(parts)) {
    it(`of ${name}: it goes on, and nobody is rung twice for one attempt`, async () => {
      await withDemo(async (demo, first) => {
        await first.says(isUnderWay);
        const victims = await descendants(first.child.pid ?? 0, pattern);
        assert.ok(victims.length > 0, `no process is like ${String(pattern)}`);
        for (const pid of victims) process.kill(pid, 'SIGKILL');
        await first.says(isOver);
        await compare(demo);
        await stop(first);
      });
    });
  }

  it('of the whole engine: started again it finishes, and rings nobody twice', async () => {
    await withDemo(async (demo, first) => {
      await first.says(isUnderWay);
      const below = await descendants(first.child.pid ?? 0, /./);
      first.child.kill('SIGKILL');
      await first.exited;
      const second = demo.start('--pbx', 'simulator');
      try {
        await second.says(isOver);
        await compare(demo);
        assert.deepEqual(below.filter(isAlive), [], 'processes of the killed engine are left');
      } finally {
        await stop(second);
      }
    });
  });
});

async function withDemo(use: (demo: DemoFolder, first: DemoProcess) => Promise<void>) {
  const demo = await createDemoFolder();
  const first = demo.start('--pbx', 'simulator');
  try {
    await use(demo, first);
  } finally {
    await stop(first);
    await demo.remove();
  }
}

async function stop(demo: DemoProcess): Promise<void> {
  if (demo.child.exitCode === null) demo.child.kill('SIGTERM');
  await demo.exited;
}

/** The carrier's record against what the engine says. */
async function compare(demo: DemoFolder): Promise<void> {
  const numbers = (await demo.ask('numbers', 'demo')) as NumberRow[];
  const rung = demo.rung();
  for (const { number, attempts } of numbers) {
    const times = rung.get(number.slice(1)) ?? 0;
    assert.ok(times <= attempts, `${number} was rung ${times} times for ${attempts} attempts`);
  }
  const dialled = [...rung.keys()].filter(
    (digits) => !numbers.some(({ number }) => number === `+${digits}`),
  );
  assert.deepEqual(dialled, [], 'somebody was rung who is in no list');

  const [report] = (await demo.ask('report', 'demo')) as Record<string, number>[];
  assert.ok(report);
  assert.equal(report['pending'], 0);
  assert.equal(report['total'], 40);
  const sum = ['connected', 'unanswered', 'failed'].map((group) => report[group] ?? Number.NaN);
  assert.equal(
    sum.reduce((total, count) => total + count, 0),
    40,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
