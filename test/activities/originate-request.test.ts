import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  orderedOf,
  originateRequest,
  UnfitToSendError,
} from '../../activities/originate-request.ts';
import { buildOriginateFrame } from '../../ami/originate-frame.ts';
import type { Claim } from '../../db/claim-details.ts';
import type { AnsweringMachine, ConnectTarget } from '../../domain/campaign-settings.ts';
import { campaignSettings, newAttemptId, testTrunk } from '../support/campaign-fixture.ts';

const agents = { ana: { endpoint: 'PJSIP/1001' }, far: { endpoint: 'PJSIP/1002@branch' } };
const trunk = {
  name: testTrunk,
  dialString: 'PJSIP/{number}@carrier',
  numberFormat: 'digits',
  reasonDialect: 'asterisk',
  reportsRinging: true,
} as const;

function requestFor(
  connect: ConnectTarget,
  assignedAgent: string | null,
  answeringMachine: AnsweringMachine | null = null,
) {
  const claim = claimFor(connect, assignedAgent, answeringMachine);
  const request = originateRequest(claim, { trunk, agents });
  assert.doesNotThrow(() => buildOriginateFrame(request, newAttemptId()));
  return request;
}

function claimFor(
  connect: ConnectTarget,
  assignedAgent: string | null,
  answeringMachine: AnsweringMachine | null,
): Claim {
  return {
    attemptId: newAttemptId(),
    number: '+525550100200',
    assignedAgent,
    claimedAt: '2026-01-01T00:00:00.000Z',
    settings: campaignSettings({ connect, answeringMachine }),
  } as Claim;
}

const targets: [ConnectTarget, connect: object, fallback: string][] = [
  [
    { kind: 'context', context: 'sales', extension: 's' },
    { kind: 'extension', context: 'sales', extension: 's', priority: 1 },
    's@sales',
  ],
  [
    { kind: 'queue', queue: 'sales' },
    { kind: 'application', application: 'Queue', data: 'sales' },
    'queue_sales@dialer-connect',
  ],
  [
    { kind: 'play', sound: 'hello-world' },
    { kind: 'application', application: 'Playback', data: 'hello-world' },
    'play_hello-world@dialer-connect',
  ],
  [
    { kind: 'agent', agent: 'ana' },
    { kind: 'application', application: 'Dial', data: 'PJSIP/1001,20' },
    'agent_PJSIP/1001@dialer-connect',
  ],
  [
    { kind: 'agent', agent: 'far' },
    { kind: 'application', application: 'Dial', data: 'PJSIP/1002@branch,20' },
    'agent_PJSIP/1002@branch@dialer-connect',
  ],
];

describe('the Originate of a claim', () => {
  for (const [target, connect, fallback] of targets) {
    it(`connects an answered call to ${JSON.stringify(target)}`, () => {
      assert.deepEqual(requestFor(target, null).connect, connect);
    });

    it(`rings the assigned agent first, then ${JSON.stringify(target)}`, () => {
      const { connect: first, variables } = requestFor(target, 'ana');
      assert.deepEqual(first, {
        kind: 'extension',
        context: 'dialer-agent',
        extension: 's',
        priority: 1,
      });
      assert.equal(variables.DIALER_AGENT, 'PJSIP/1001');
      assert.equal(variables.DIALER_FALLBACK, fallback);
    });

    it(`listens for a machine first, then ${JSON.stringify(target)}`, () => {
      const message = { action: 'message', message: 'custom/call-us-back' } as const;
      const { connect: first, variables } = requestFor(target, null, message);
      assert.deepEqual(first, {
        kind: 'extension',
        context: 'dialer-amd',
        extension: 's',
        priority: 1,
      });
      const { DIALER_ATTEMPT_ID, ...others } = variables;
      assert.ok(DIALER_ATTEMPT_ID);
      assert.deepEqual(others, {
        DIALER_MACHINE: 'message',
        DIALER_MESSAGE: 'custom/call-us-back',
        DIALER_CONNECT: fallback,
      });
    });

    it(`listens for a machine, then rings the assigned agent, then ${JSON.stringify(target)}`, () => {
      const { connect: first, variables } = requestFor(target, 'ana', { action: 'pass' });
      assert.equal(first.kind === 'extension' && first.context, 'dialer-amd');
      const { DIALER_ATTEMPT_ID, ...others } = variables;
      assert.ok(DIALER_ATTEMPT_ID);
      assert.deepEqual(others, {
        DIALER_AGENT: 'PJSIP/1001',
        DIALER_FALLBACK: fallback,
        DIALER_MACHINE: 'pass',
        DIALER_CONNECT: 's@dialer-agent',
      });
    });
  }

  it('is the first evidence of its attempt', () => {
    const queue = { kind: 'queue', queue: 'sales' } as const;
    const at = '2026-01-01T00:00:00.000Z';
    assert.deepEqual(orderedOf(claimFor(queue, null, null)), {
      kind: 'ordered',
      at,
      connect: 'queue',
      agentFirst: false,
      machine: 'off',
    });
    assert.deepEqual(orderedOf(claimFor(queue, 'ana', { action: 'hangup' })), {
      kind: 'ordered',
      at,
      connect: 'queue',
      agentFirst: true,
      machine: 'hangup',
    });
  });

  it('is unfit to be sent when the agent is not configured', () => {
    assert.throws(() => requestFor({ kind: 'play', sound: 'beep' }, 'nobody'), UnfitToSendError);
    assert.throws(() => requestFor({ kind: 'agent', agent: 'nobody' }, null), UnfitToSendError);
  });
});
