import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type {
  PlaceCallInput,
  PlaceCallResult,
  ReconcileCallInput,
  ReconcileCallResult,
  SettledCall,
} from '../../activities/call-result.ts';
import type { ContactId } from '../../domain/ids.ts';
import type { NextStep } from '../../domain/next-step.ts';
import { contactWorkflowId, dialTaskQueue, reconcileTaskQueue } from '../../workflows/ids.ts';
import type { ManualAction } from '../../workflows/messages.ts';
import { startWorker } from './workflow-environment.ts';

export const trunks = ['alpha', 'beta'];

/** What the activities of one contact do, and what was asked of them. */
export interface Script {
  place: (input: PlaceCallInput, trunk: string, count: number) => Promise<PlaceCallResult>;
  reconcile: (input: ReconcileCallInput) => Promise<ReconcileCallResult>;
  manual: (action: ManualAction) => Promise<{ next: NextStep } | { refused: string }>;
  /** What Postgres says the contact does next, when the workflow has to ask. */
  stored: () => Promise<NextStep>;
  placed: { attemptId: string; trunk: string; atMs: number }[];
  reconciled: ReconcileCallInput[];
  actions: ManualAction[];
}

export const end: NextStep = { step: 'end' };

export function settled(next: NextStep, changes: Partial<SettledCall> = {}): SettledCall {
  return {
    result: 'settled',
    dialStatus: 'ANSWER',
    callStatus: 'answered',
    classifiedBy: 'response-answer',
    decidedBy: 'end-connected',
    endedAt: '2026-01-01T00:00:00.000Z',
    next,
    ...changes,
  };
}

/** Workers whose activities follow the script of each contact, on all queues of two trunks. */
export async function startScriptedWorkers(environment: TestWorkflowEnvironment) {
  const scripts = new Map<string, Script>();
  const scriptOf = (contactId: string): Script => {
    const script = scripts.get(contactId);
    assert.ok(script, 'a contact without a script');
    return script;
  };
  const queues = trunks.flatMap((trunk) => [
    {
      taskQueue: dialTaskQueue(trunk),
      activities: {
        async placeCall(input: PlaceCallInput) {
          const script = scriptOf(input.contactId);
          const atMs = await environment.currentTimeMs();
          script.placed.push({ attemptId: input.attemptId, trunk, atMs });
          return script.place(input, trunk, script.placed.length);
        },
      },
    },
    {
      taskQueue: reconcileTaskQueue(trunk),
      activities: {
        async reconcileCall(input: ReconcileCallInput) {
          scriptOf(input.contactId).reconciled.push(input);
          return scriptOf(input.contactId).reconcile(input);
        },
      },
    },
  ]);
  const activities = {
    async applyManualAction({ contactId, ...action }: ManualAction & { contactId: string }) {
      scriptOf(contactId).actions.push(action);
      return scriptOf(contactId).manual(action);
    },
    async readNextStep({ contactId }: { contactId: string }) {
      return scriptOf(contactId).stored();
    },
  };
  const workers = await Promise.all([
    ...queues.map((queue) => startWorker(environment, queue)),
    startWorker(environment, { taskQueue: 'dialer', workflows: true, activities }),
  ]);

  return {
    newContact(behaviour: Partial<Pick<Script, 'place' | 'reconcile' | 'manual' | 'stored'>>) {
      const contactId = randomUUID() as ContactId;
      const script: Script = {
        place: async () => settled(end),
        reconcile: async () => settled(end),
        manual: async () => ({ next: end }),
        stored: async () => end,
        placed: [],
        reconciled: [],
        actions: [],
        ...behaviour,
      };
      scripts.set(contactId, script);
      const start = (queue: readonly string[] = trunks) =>
        environment.client.workflow.start('contact', {
          workflowId: contactWorkflowId(contactId),
          taskQueue: 'dialer',
          args: [{ contactId, trunks: queue }],
        });
      return { contactId, script, start };
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}
