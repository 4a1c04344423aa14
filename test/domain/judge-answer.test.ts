import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Confidence } from '../../domain/call-outcome.ts';
import type { CallStatus } from '../../domain/call-status.ts';
import { classifyCall } from '../../domain/classify-call.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import type { EventOf } from '../../domain/select-evidence.ts';

const trunk = { reasonDialect: 'asterisk', reportsRinging: true } as const;
const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, second)).toISOString();

type Ordered = Partial<Omit<EventOf<'ordered'>, 'kind' | 'at'>>;

function ordered(order: Ordered = {}): EvidenceEvent {
  const plain = { connect: 'context', agentFirst: false, machine: 'off' } as const;
  return { kind: 'ordered', at: at(0), ...plain, ...order };
}

const answer: EvidenceEvent = { kind: 'response', at: at(5), response: 'Success', reason: 4 };
const hangup: EvidenceEvent = {
  kind: 'hangup',
  at: at(20),
  half: 1,
  cause: 16,
  causeText: '',
  techCause: null,
};
const leaves: EvidenceEvent = { kind: 'hangup_request', at: at(6), by: 'contact' };
const talkingAgain: EvidenceEvent = { kind: 'bridge', at: at(12), bridge: 2, what: 'talking' };
const talking: EvidenceEvent = { kind: 'bridge', at: at(8), bridge: 1, what: 'talking' };

function leg(what: EventOf<'leg'>['what'], change: Partial<EventOf<'leg'>> = {}): EvidenceEvent {
  const dialStatus = what === 'not_answered' ? 'NOANSWER' : null;
  const phone = {
    leg: 1,
    side: 'target',
    direct: true,
    endpoint: 'PJSIP/1001',
    via: null,
  } as const;
  return { kind: 'leg', at: at(7), ...phone, what, dialStatus, ...change };
}

function machine(status: EventOf<'machine'>['status'], cause = ''): EvidenceEvent {
  return { kind: 'machine', at: at(6), status, cause };
}

function queue(what: EventOf<'queue'>['what']): EvidenceEvent {
  return { kind: 'queue', at: at(6), what, name: 'sales' };
}

function transfer(
  how: EventOf<'transfer'>['how'],
  result: 'success' | 'failed' = 'success',
  destination: string | null = '2001',
): EvidenceEvent {
  return { kind: 'transfer', at: at(12), how, result, destination };
}

function step(word: EventOf<'step'>['step']): EvidenceEvent {
  return { kind: 'step', at: at(7), step: word };
}

function gap(why: EventOf<'gap'>['why']): EvidenceEvent {
  return { kind: 'gap', at: at(6), why };
}

function classify(order: Ordered, events: readonly EvidenceEvent[]) {
  return classifyCall([ordered(order), answer, ...events, hangup], trunk);
}

const toQueue = { connect: 'queue' } as const;
const toAgent = { connect: 'agent' } as const;
const announcement = { connect: 'play' } as const;
const listening = { machine: 'hangup' } as const;
const agentFirst = { connect: 'play', agentFirst: true } as const;

const cases: readonly [
  what: string,
  order: Ordered,
  events: readonly EvidenceEvent[],
  expected: readonly [CallStatus, rule: string, Confidence],
][] = [
  ['an announcement heard', announcement, [], ['answered', 'response-answer', 'certain']],
  ['a dialplan that calls nobody', {}, [], ['answered', 'response-answer', 'certain']],
  [
    'a dialplan that rings a phone in vain',
    {},
    [leg('dialled'), leg('not_answered')],
    ['abandoned', 'abandoned-before-agent', 'certain'],
  ],
  [
    'a dialplan that joins a queue in vain',
    {},
    [queue('joined'), queue('abandoned')],
    ['abandoned', 'abandoned-before-agent', 'certain'],
  ],
  [
    'a dialplan that says somebody took it',
    {},
    [leg('dialled'), step('connected')],
    ['answered', 'agent-took', 'certain'],
  ],
  ['a queue never reached', toQueue, [], ['abandoned', 'abandoned-before-agent', 'certain']],
  [
    'a queue where an agent answers',
    toQueue,
    [queue('joined'), leg('dialled'), leg('answered'), talking],
    ['answered', 'agent-took', 'certain'],
  ],
  [
    'a queue whose agent is only known by AgentConnect',
    toQueue,
    [queue('joined'), queue('agent_connected')],
    ['answered', 'agent-took', 'certain'],
  ],
  [
    'an agent who does not answer',
    toAgent,
    [leg('dialled'), leg('ringing'), leg('not_answered')],
    ['abandoned', 'abandoned-before-agent', 'certain'],
  ],
  ['an agent in a bridge', toAgent, [talking], ['answered', 'agent-took', 'certain']],
  [
    'an assigned agent who does not answer',
    agentFirst,
    [leg('dialled'), leg('not_answered')],
    ['abandoned', 'abandoned-before-agent', 'certain'],
  ],
  [
    'an assigned agent who does not answer, then the announcement',
    agentFirst,
    [leg('dialled'), leg('not_answered'), step('fallback')],
    ['answered', 'response-answer', 'certain'],
  ],
  [
    'an assigned agent who does not answer, then a dialplan that rings in vain',
    { agentFirst: true },
    [leg('dialled'), leg('not_answered'), step('fallback'), leg('dialled', { leg: 2 })],
    ['abandoned', 'abandoned-before-agent', 'certain'],
  ],
  [
    'a machine',
    { ...toQueue, ...listening },
    [machine('MACHINE', 'LONGGREETING-1600-1500')],
    ['voicemail', 'machine-detected', 'likely'],
  ],
  [
    'a machine that an agent was given all the same',
    { ...toQueue, machine: 'pass' },
    [machine('MACHINE', 'MAXWORDS-3-3'), leg('answered'), talking, transfer('blind')],
    ['voicemail', 'machine-detected', 'likely'],
  ],
  [
    'silence that AMD calls a machine',
    { ...announcement, ...listening },
    [machine('MACHINE', 'INITIALSILENCE-2520-2500')],
    ['answered', 'response-answer', 'certain'],
  ],
  [
    'a person found by AMD',
    { ...announcement, ...listening },
    [machine('HUMAN', 'HUMAN-800-800')],
    ['answered', 'response-answer', 'certain'],
  ],
  [
    'a call AMD is not sure of',
    { ...announcement, ...listening },
    [machine('NOTSURE', 'TOOLONG-5000')],
    ['answered', 'response-answer', 'certain'],
  ],
  [
    'a contact gone while AMD listens',
    { ...announcement, ...listening },
    [leaves, machine('HANGUP')],
    ['abandoned', 'abandoned-in-detection', 'certain'],
  ],
  [
    'a detection that says nothing, because AMD is not there or we may not hear it',
    { ...announcement, ...listening },
    [],
    ['answered', 'response-answer', 'unsure'],
  ],
  [
    'a detection that we ended ourselves',
    { ...announcement, ...listening },
    [machine('HANGUP')],
    ['answered', 'response-answer', 'unsure'],
  ],
  [
    'a blind transfer',
    toAgent,
    [leg('answered'), talking, transfer('blind')],
    ['transferred', 'transfer-blind', 'certain'],
  ],
  [
    'an attended transfer',
    toQueue,
    [talking, transfer('attended', 'success', 'PJSIP/1002')],
    ['transferred', 'transfer-attended', 'certain'],
  ],
  [
    'a transfer by the dialplan',
    {},
    [transfer('dialplan')],
    ['transferred', 'transfer-dialplan', 'certain'],
  ],
  [
    'a second phone answered after the first',
    toQueue,
    [leg('answered'), talking, leg('answered', { leg: 2, endpoint: 'PJSIP/2002' }), talkingAgain],
    ['transferred', 'transfer-dialplan', 'certain'],
  ],
  [
    'a first phone that was picked up and declined to confirm, and a second that took it',
    toQueue,
    [leg('answered'), leg('answered', { leg: 2, endpoint: 'PJSIP/2002' }), talking],
    ['answered', 'agent-took', 'certain'],
  ],
  [
    'a phone that was picked up, and nobody ever talked',
    toAgent,
    [leg('dialled'), leg('answered')],
    ['abandoned', 'abandoned-before-agent', 'certain'],
  ],
  [
    'the two halves of one agent’s Local channel',
    toQueue,
    [leg('answered', { endpoint: null }), leg('answered', { leg: 2, direct: false }), talking],
    ['answered', 'agent-took', 'certain'],
  ],
  [
    'a transfer that failed',
    toAgent,
    [talking, transfer('blind', 'failed')],
    ['answered', 'agent-took', 'certain'],
  ],
  [
    'a queue after the link was lost',
    toQueue,
    [gap('link_lost')],
    ['answered', 'response-answer', 'likely'],
  ],
  [
    'detection after the link was lost',
    { ...announcement, ...listening },
    [gap('link_lost')],
    ['answered', 'response-answer', 'certain'],
  ],
  [
    'a queue whose Hangup never came',
    toQueue,
    [queue('joined'), gap('no_hangup')],
    ['abandoned', 'abandoned-before-agent', 'certain'],
  ],
];

describe('an answered call', () => {
  for (const [what, order, events, expected] of cases) {
    it(`is ${expected[0]}: ${what}`, () => {
      const { dialStatus, callStatus, rule, confidence } = classify(order, events);
      assert.equal(dialStatus, 'ANSWER');
      assert.deepEqual([callStatus, rule, confidence], expected);
    });
  }

  it('is abandoned when a dialplan rang a phone that does not exist, which only the cause tells', () => {
    const ending = { ...hangup, cause: 3, techCause: '404' } as EvidenceEvent;
    const by = (who: 'contact' | 'us'): EvidenceEvent => ({
      kind: 'hangup_request',
      at: at(6),
      by: who,
    });
    const statusOf = (...events: EvidenceEvent[]) =>
      classifyCall([ordered(), answer, ...events], trunk).callStatus;
    assert.equal(statusOf(by('us'), ending), 'abandoned');
    assert.equal(statusOf(by('contact'), ending), 'answered');
    assert.equal(statusOf(by('us'), hangup), 'answered');
  });

  it('is abandoned when no sound could pass, which Asterisk ends with 406', () => {
    const ending: EvidenceEvent = { ...hangup, cause: 127, techCause: '406' };
    const byContact: EvidenceEvent = { kind: 'hangup_request', at: at(6), by: 'contact' };
    const call = classifyCall([ordered(announcement), answer, byContact, ending], trunk);
    assert.deepEqual(
      [call.callStatus, call.rule, call.hungUpBy],
      ['abandoned', 'abandoned-without-sound', 'us'],
    );
    const taken = classifyCall([ordered(toAgent), answer, talking, ending], trunk);
    assert.deepEqual([taken.callStatus, taken.rule], ['answered', 'agent-took']);
  });

  it('keeps where it was transferred last, and only when it was', () => {
    const twice = [transfer('blind'), transfer('attended', 'success', 'PJSIP/1003')];
    assert.equal(classify(toAgent, twice).transferredTo, 'PJSIP/1003');
    const other = leg('answered', { leg: 2, endpoint: 'PJSIP/2002' });
    const second = [leg('answered'), talking, other, talkingAgain];
    assert.equal(classify(toAgent, second).transferredTo, 'PJSIP/2002');
    assert.equal(classify(toAgent, [transfer('blind', 'failed')]).transferredTo, null);
    const machineFirst = [machine('MACHINE', 'MAXWORDS-3-3'), transfer('blind')];
    assert.equal(classify(toAgent, machineFirst).transferredTo, null);
  });

  it('knows whom an agent asked before an attended transfer that does not tell', () => {
    const asked = leg('dialled', { leg: 2, direct: false, endpoint: 'PJSIP/1002', via: '1002' });
    const to = (...events: EvidenceEvent[]) => classify(toAgent, events).transferredTo;
    const untold = transfer('attended', 'success', null);
    assert.equal(to(talking, asked, untold), '1002');
    const told = transfer('attended', 'success', 'PJSIP/1002');
    assert.equal(to(talking, asked, told), '1002', 'whichever way Asterisk tells it');
    const withoutVia = leg('dialled', { leg: 2, direct: false, endpoint: 'PJSIP/1003' });
    assert.equal(to(talking, withoutVia, untold), 'PJSIP/1003');
    const agentsOwn = leg('dialled', { leg: 2, direct: false, via: '1001' });
    assert.equal(to(agentsOwn, talking, told), 'PJSIP/1002', 'rung before the agent took it');
    assert.equal(to(talking, asked, transfer('blind')), '2001');
  });

  it('says who hung up first, and how long it rang and lasted', () => {
    const rings: EvidenceEvent = { kind: 'dial_state', at: at(2), dialStatus: 'RINGING' };
    const request: EvidenceEvent = { kind: 'hangup_request', at: at(19), by: 'contact' };
    const after: EvidenceEvent = { ...request, by: 'us' };
    const call = classifyCall([ordered(), rings, answer, request, after, hangup], trunk);
    assert.deepEqual([call.hungUpBy, call.ringMs, call.talkMs], ['contact', 3_000, 15_000]);
    const refused = classifyCall(
      [rings, { ...answer, response: 'Failure', reason: 0 }, request, hangup],
      trunk,
    );
    assert.deepEqual([refused.hungUpBy, refused.ringMs, refused.talkMs], [null, 18_000, null]);
    const unasked = (...events: EvidenceEvent[]) =>
      classifyCall([answer, ...events], trunk).hungUpBy;
    assert.equal(unasked(hangup), 'us', 'an application of ours ended');
    assert.equal(unasked(gap('link_lost'), hangup), null);
    assert.equal(unasked(gap('no_hangup')), null);
    const set = classifyCall([{ ...answer, at: '2020-01-01T00:00:00.000Z' }, hangup], trunk);
    assert.equal(set.talkMs, null, 'the clock was set during the call');
    const stepped = classifyCall(
      [{ ...rings, at: at(50) }, answer, { ...hangup, at: at(1) }],
      trunk,
    );
    assert.deepEqual([stepped.ringMs, stepped.talkMs], [null, null]);
  });

  it('is never a failure, whatever follows, and never abandoned when somebody took it', () => {
    const pool = [
      ...cases.flatMap(([, , events]) => events),
      leg('not_answered', { dialStatus: 'BUSY' }),
      { ...hangup, cause: 17 },
    ];
    fc.assert(
      fc.property(
        fc.subarray(pool),
        fc.constantFrom(toQueue, toAgent, announcement),
        (some, order) => {
          const { dialStatus, callStatus } = classify(order, some);
          assert.equal(dialStatus, 'ANSWER');
          if (some.includes(talking)) assert.notEqual(callStatus, 'abandoned');
        },
      ),
    );
  });
});

describe('a call over a Local channel', () => {
  const failure = (reason: number): EvidenceEvent => ({ ...answer, response: 'Failure', reason });
  const half = (n: 1 | 2, cause: number): EvidenceEvent => ({ ...hangup, half: n, cause });
  const way = (n: number, what: EventOf<'leg'>['what'], dialStatus: string | null = null) =>
    leg(what, { leg: n, side: 'carrier', endpoint: 'PJSIP/carrier', dialStatus });
  const wayEnds = (n: number, cause: number, techCause: string | null): EvidenceEvent => {
    const common = { at: at(9), causeText: '', side: 'carrier' } as const;
    return { kind: 'leg_hangup', leg: n, cause, techCause, ...common };
  };
  const rows: readonly [
    string,
    readonly EvidenceEvent[],
    readonly [string | null, string, string],
  ][] = [
    [
      'the SIP code of its channel to the carrier, whatever the dialplan made of it',
      [way(1, 'dialled'), way(1, 'not_answered', 'CONGESTION'), wayEnds(1, 1, '404'), failure(8)],
      ['FAILURE', 'invalid_number', 'sip-404'],
    ],
    [
      'the last of several ways out',
      [
        ...[way(1, 'dialled'), way(1, 'not_answered', 'CONGESTION'), wayEnds(1, 34, '503')],
        ...[way(2, 'dialled'), way(2, 'not_answered', 'BUSY'), wayEnds(2, 17, '486'), failure(0)],
      ],
      ['BUSY', 'busy', 'sip-486'],
    ],
    [
      'the dialplan’s own ring time-out on the last way',
      [
        ...[way(1, 'dialled'), wayEnds(1, 34, '503'), way(2, 'dialled'), way(2, 'ringing')],
        ...[way(2, 'not_answered', 'NOANSWER'), wayEnds(2, 0, null), failure(8)],
      ],
      ['NO_ANSWER', 'no_answer', 'leg-no-answer'],
    ],
    [
      'an answer of the carrier while a dialplan plays on until our time-out',
      [way(1, 'dialled'), way(1, 'not_answered', 'CHANUNAVAIL'), wayEnds(1, 1, '404'), failure(3)],
      ['FAILURE', 'invalid_number', 'sip-404'],
    ],
    [
      'ringing on the way to the carrier until our time-out',
      [way(1, 'dialled'), way(1, 'ringing'), way(1, 'not_answered', 'CANCEL'), failure(3)],
      ['NO_ANSWER', 'no_answer', 'ring-timeout'],
    ],
    [
      'a way out that does not exist',
      [
        way(1, 'dialled'),
        way(1, 'not_answered', 'CHANUNAVAIL'),
        failure(0),
        half(1, 0),
        half(2, 0),
      ],
      ['FAILURE', 'dialing_error', 'dial-end-chanunavail'],
    ],
    [
      'the cause of its second half when no channel to the carrier was seen',
      [failure(5), half(1, 0), half(2, 17)],
      ['BUSY', 'busy', 'response-busy'],
    ],
  ];
  for (const [what, events, expected] of rows) {
    it(`is known by ${what}`, () => {
      const { dialStatus, callStatus, rule } = classifyCall([ordered(), ...events], trunk);
      assert.deepEqual([dialStatus, callStatus, rule], expected);
    });
  }
});
