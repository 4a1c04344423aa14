import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { originateRequest, UnfitToSendError } from '../../activities/originate-request.ts';
import { buildOriginateFrame } from '../../ami/originate-frame.ts';
import type { Claim } from '../../db/claim-details.ts';
import type { ConnectTarget } from '../../domain/campaign-settings.ts';
import { campaignSettings, newAttemptId, testTrunk } from '../support/campaign-fixture.ts';

const agents = { ana: { endpoint: 'PJSIP/1001' }, far: { endpoint: 'PJSIP/1002@branch' } };
const trunk = {
  name: testTrunk,
  dialString: 'PJSIP/{number}@carrier',
  numberFormat: 'digits',
  reasonDialect: 'asterisk',
  reportsRinging: true,
} as const;

function requestFor(connect: ConnectTarget, assignedAgent: string | null) {
  const claim = {
    attemptId: newAttemptId(),
    number: '+525550100200',
    assignedAgent,
    settings: campaignSettings({ connect }),
  } as Claim;
  const request = originateRequest(claim, { trunk, agents });
  assert.doesNotThrow(() => buildOriginateFrame(request, newAttemptId()));
  return request;
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
    'queue_sales@dialer-fallback',
  ],
  [
    { kind: 'play', sound: 'hello-world' },
    { kind: 'application', application: 'Playback', data: 'hello-world' },
    'play_hello-world@dialer-fallback',
  ],
  [
    { kind: 'agent', agent: 'ana' },
    { kind: 'application', application: 'Dial', data: 'PJSIP/1001,20' },
    'agent_PJSIP/1001@dialer-fallback',
  ],
  [
    { kind: 'agent', agent: 'far' },
    { kind: 'application', application: 'Dial', data: 'PJSIP/1002@branch,20' },
    '',
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
  }

  it('is unfit to be sent when the agent is not configured', () => {
    assert.throws(() => requestFor({ kind: 'play', sound: 'beep' }, 'nobody'), UnfitToSendError);
    assert.throws(() => requestFor({ kind: 'agent', agent: 'nobody' }, null), UnfitToSendError);
  });
});
