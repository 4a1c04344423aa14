import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../support/workflow-environment.ts';

const folder = path.join(import.meta.dirname, '..', 'histories');
const histories = readdirSync(folder).filter((name) => name.endsWith('.json'));

function read(name: string) {
  return historyFromJSON(JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
}

describe('saved histories', { timeout: 60_000 }, () => {
  it('are there for every workflow', () => {
    for (const type of ['contact', 'campaign', 'report']) {
      assert.ok(
        histories.some((name) => name.startsWith(type)),
        type,
      );
    }
  });

  for (const name of histories) {
    it(`replay with today's code: ${name.replace('.json', '')}`, async () => {
      await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, read(name));
    });
  }

  it('would be refused if the code did something else', async () => {
    const history = read('contact-settled-at-once.json');
    const scheduled = history.events?.find((event) => event.activityTaskScheduledEventAttributes);
    assert.ok(scheduled?.activityTaskScheduledEventAttributes?.activityType);
    scheduled.activityTaskScheduledEventAttributes.activityType.name = 'somethingElse';
    await assert.rejects(
      Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history),
      /Nondeterminism/i,
    );
  });
});
