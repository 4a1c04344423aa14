import { connected, plainOrder, row } from './build-outcome.ts';
import type { ConnectSide } from './connect-side.ts';
import type { ExpectedOutcome, FarEndBehaviour, Order, Outcome } from './outcome.ts';

const stays: FarEndBehaviour = { kind: 'answer', hangsUp: false };
const leaves: FarEndBehaviour = { kind: 'answer', hangsUp: true, afterMs: 2_000 };

const took = (by: 'contact' | 'us') => connected('answered', 'agent-took', 16, by);
const abandoned = (by: 'contact' | 'us') =>
  connected('abandoned', 'abandoned-before-agent', 16, by);
// Asterisk gives an answered channel the cause and the SIP code of the called side that failed last.
const busyAgent = { cause: 17, techCause: '486' };
const noAgent = { cause: 3, techCause: '404' };

const plain = (by: 'contact' | 'us') => connected('answered', 'response-answer', 16, by);

const rule = 'our rule: abandoned when somebody was to take the call and nobody did';
const bridged = 'Asterisk: DialEnd ANSWER, and a bridge with the agent';
const queued = 'Asterisk, app_queue: QueueCallerJoin, AgentConnect, QueueCallerAbandon';
const shipped = 'asterisk/config/extensions-dialer.conf, dialer-agent';

/** A context of ours calls somebody for the contact who answered. */
const byContext: readonly Outcome[] = [
  called(
    '010',
    'the agent takes the call, the contact hangs up',
    leaves,
    'agent-takes',
    took('contact'),
  ),
  called('011', 'the agent takes the call, the agent hangs up', stays, 'agent-leaves', took('us')),
  called('012', 'no agent takes the call', stays, 'agent-does-not-take', abandoned('us'), rule),
  called(
    '013',
    'the agent is busy',
    stays,
    'agent-busy',
    { ...abandoned('us'), ...busyAgent },
    rule,
  ),
  called(
    '014',
    "gives up while the agent's phone rings",
    leaves,
    'agent-rings-on',
    abandoned('contact'),
    rule,
  ),
  called(
    '015',
    'the agent has no phone',
    stays,
    'agent-without-phone',
    { ...abandoned('us'), ...noAgent },
    'our rule; measured: Dial() of no such endpoint makes no event but this cause',
  ),
  called('016', 'the second agent takes the call', stays, 'second-agent-takes', took('us')),
  called(
    '017',
    'no agent takes the call, a recording does and says so',
    stays,
    'recording-takes',
    { ...took('us'), ...busyAgent },
    'UserEvent(DialerStep,Step: connected)',
  ),
  called(
    '020',
    'an agent of the queue takes the call',
    stays,
    'queue-with-agent',
    took('us'),
    queued,
  ),
  called('021', 'waits in a queue without agents', stays, 'queue-empty', abandoned('us'), queued),
  called(
    '022',
    'waits in a queue until it gives up',
    stays,
    'queue-times-out',
    abandoned('us'),
    queued,
  ),
  called('023', 'gives up in the queue', leaves, 'queue-rings-on', abandoned('contact'), queued),
  called(
    '024',
    'is refused by a queue without agents',
    stays,
    'queue-closed',
    abandoned('us'),
    'our rule; measured: joinempty=no makes no event at all',
    '201',
  ),
  called(
    '025',
    'an agent takes the call after the queue gave up',
    stays,
    'agent-after-queue',
    took('us'),
    queued,
  ),
];

/** The campaign names the queue, the agent or the sound; no context of ours is asked. */
const byCampaign: readonly Outcome[] = [
  campaign(
    '030',
    "an agent of the campaign's queue takes the call",
    stays,
    { connect: 'queue', target: 'served' },
    took('us'),
    queued,
  ),
  campaign(
    '031',
    "is refused by the campaign's queue, which has no agents",
    stays,
    { connect: 'queue', target: 'closed' },
    ends('abandoned', 'abandoned-before-agent'),
    rule,
  ),
  campaign(
    '032',
    "gives up in the campaign's queue",
    leaves,
    { connect: 'queue', target: 'ringing' },
    abandoned('contact'),
    queued,
  ),
  campaign(
    '033',
    "the campaign's agent takes the call",
    stays,
    { connect: 'agent', target: 'PJSIP/agent-leaves@phones' },
    took('us'),
    bridged,
  ),
  campaign(
    '034',
    "the campaign's agent is busy",
    stays,
    { connect: 'agent', target: 'PJSIP/agent-busy@phones' },
    { ...abandoned('us'), ...busyAgent },
    rule,
  ),
  campaign(
    '035',
    "the campaign's agent has no phone",
    stays,
    { connect: 'agent', target: 'PJSIP/1999' },
    { ...abandoned('us'), ...noAgent },
    rule,
  ),
  campaign(
    '036',
    "hears the campaign's recording",
    stays,
    { connect: 'play', target: 'hello-world' },
    ends('answered', 'response-answer'),
    'RFC 3261 §13.2.2.4',
  ),
];

/** The contact is assigned to an agent, who comes first. */
const byAssignment: readonly Outcome[] = [
  assigned('050', 'the assigned agent takes the call', 'agent-leaves', 's@outcomes', took('us')),
  assigned(
    '051',
    'the assigned agent is busy, a recording follows',
    'agent-busy',
    'play:hello-world',
    { ...plain('us'), ...busyAgent },
  ),
  assigned(
    '052',
    'the assigned agent is busy, nobody in the queue takes it',
    'agent-busy',
    'queue:empty',
    abandoned('contact'),
    leaves,
  ),
  assigned('053', 'the assigned agent is busy, the queue takes it', 'agent-busy', 'queue:served', {
    ...took('us'),
    ...busyAgent,
  }),
  assigned(
    '054',
    "gives up while the assigned agent's phone rings",
    'agent-rings',
    's@outcomes',
    abandoned('contact'),
    leaves,
  ),
  assigned(
    '055',
    "the assigned agent is busy, the campaign's agent takes it",
    'agent-busy',
    'agent:PJSIP/agent-leaves@phones',
    took('us'),
  ),
  assigned(
    '056',
    "the assigned agent is busy, the campaign's context plays a greeting",
    'agent-busy',
    's@outcomes',
    { ...plain('us'), ...busyAgent },
  ),
];

/** Who takes an answered call. */
export const agents: readonly Outcome[] = [...byContext, ...byCampaign, ...byAssignment];

function called(
  code: string,
  title: string,
  behaviour: FarEndBehaviour,
  connectSide: ConnectSide,
  expected: ExpectedOutcome,
  source = bridged,
  sameEvidenceAs?: string,
): Outcome {
  const change = sameEvidenceAs === undefined ? { connectSide } : { connectSide, sameEvidenceAs };
  return row(code, title, behaviour, expected, source, change);
}

function campaign(
  code: string,
  title: string,
  behaviour: FarEndBehaviour,
  change: Pick<Order, 'connect' | 'target'>,
  expected: ExpectedOutcome,
  source: string,
): Outcome {
  return row(code, title, behaviour, expected, source, { order: { ...plainOrder, ...change } });
}

function assigned(
  code: string,
  title: string,
  phone: string,
  next: string,
  expected: ExpectedOutcome,
  behaviour = stays,
): Outcome {
  const [kind = '', value] = next.split(':');
  const change =
    value === undefined
      ? { connect: 'context' as const, target: kind }
      : { connect: kind as Order['connect'], target: value };
  const order = { ...plainOrder, ...change, assignedAgent: `PJSIP/${phone}@phones` };
  return row(code, title, behaviour, expected, shipped, { order });
}

/** An application that ends leaves no cause, where Hangup() in a dialplan leaves 16. */
function ends(callStatus: 'abandoned' | 'answered', rule: string): ExpectedOutcome {
  return connected(callStatus, rule, 0, 'us');
}
