import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { callStatuses, groupOf, type CallStatus } from '../../domain/call-status.ts';
import { classifyCall, type TrunkTraits } from '../../domain/classify-call.ts';
import type { DialStatus } from '../../domain/dial-status.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';

const trunk: TrunkTraits = { reasonDialect: 'asterisk', reportsRinging: true };
const quietTrunk: TrunkTraits = { ...trunk, reportsRinging: false };
const issabel: TrunkTraits = { ...trunk, reasonDialect: 'issabel' };

const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, second)).toISOString();

const rings: EvidenceEvent = { kind: 'dial_state', at: at(1), dialStatus: 'RINGING' };
const progress: EvidenceEvent = { kind: 'dial_state', at: at(1), dialStatus: 'PROGRESS' };
const trying: EvidenceEvent = { kind: 'dial_state', at: at(1), dialStatus: 'PROCEEDING' };
const refused: EvidenceEvent = { kind: 'refused', at: at(0), message: 'Extension does not exist.' };

function gap(why: Extract<EvidenceEvent, { kind: 'gap' }>['why'], second = 3): EvidenceEvent {
  return { kind: 'gap', at: at(second), why };
}

function response(reason: number, second = 5): EvidenceEvent {
  return {
    kind: 'response',
    at: at(second),
    response: reason === 4 ? 'Success' : 'Failure',
    reason,
  };
}

function hangup(cause: number, techCause: string | null = null, half: 1 | 2 = 1): EvidenceEvent {
  return { kind: 'hangup', at: at(9), half, cause, causeText: `cause ${cause}`, techCause };
}

function dialEnd(dialStatus: string, second = 4): EvidenceEvent {
  return { kind: 'dial_end', at: at(second), dialStatus };
}

function expectOutcome(
  events: readonly EvidenceEvent[],
  expected: readonly [DialStatus | null, CallStatus, string],
  traits: TrunkTraits = trunk,
): void {
  const { dialStatus, callStatus, rule } = classifyCall(events, traits);
  assert.deepEqual([dialStatus, callStatus, rule], expected);
}

describe('a failed call over SIP', () => {
  // far end, cause, by TechCause, by the cause alone; measured.
  const rows: readonly [
    code: number,
    cause: number,
    bySip: readonly [DialStatus, CallStatus],
    byCause: readonly [DialStatus, CallStatus],
  ][] = [
    [486, 17, ['BUSY', 'busy'], ['BUSY', 'busy']],
    [600, 17, ['BUSY', 'busy'], ['BUSY', 'busy']],
    [603, 21, ['NO_ANSWER', 'rejected'], ['NO_ANSWER', 'rejected']],
    // Cause 21 alone is what a person's decline looks like; only the code tells a refusal of us.
    [403, 21, ['FAILURE', 'dialing_error'], ['NO_ANSWER', 'rejected']],
    [404, 1, ['FAILURE', 'invalid_number'], ['FAILURE', 'invalid_number']],
    [484, 28, ['FAILURE', 'invalid_number'], ['FAILURE', 'invalid_number']],
    [410, 22, ['FAILURE', 'out_of_service'], ['FAILURE', 'out_of_service']],
    [480, 19, ['NO_ANSWER', 'no_answer'], ['NO_ANSWER', 'no_answer']],
    [488, 58, ['FAILURE', 'dialing_error'], ['FAILURE', 'dialing_error']],
    [606, 58, ['FAILURE', 'dialing_error'], ['FAILURE', 'dialing_error']],
    [500, 38, ['FAILURE', 'dialing_error'], ['FAILURE', 'dialing_error']],
    [504, 102, ['FAILURE', 'dialing_error'], ['FAILURE', 'dialing_error']],
    [502, 27, ['FAILURE', 'out_of_service'], ['FAILURE', 'out_of_service']],
    [503, 34, ['CONGESTION', 'dialing_error'], ['CONGESTION', 'dialing_error']],
    [401, 21, ['FAILURE', 'dialing_error'], ['NO_ANSWER', 'rejected']],
    [407, 21, ['FAILURE', 'dialing_error'], ['NO_ANSWER', 'rejected']],
    [301, 22, ['FAILURE', 'out_of_service'], ['FAILURE', 'out_of_service']],
    [302, 23, ['FAILURE', 'dialing_error'], ['FAILURE', 'dialing_error']],
    [604, 1, ['FAILURE', 'invalid_number'], ['FAILURE', 'invalid_number']],
    [607, 21, ['NO_ANSWER', 'rejected'], ['NO_ANSWER', 'rejected']],
    [485, 1, ['FAILURE', 'invalid_number'], ['FAILURE', 'invalid_number']],
    [483, 25, ['FAILURE', 'dialing_error'], ['FAILURE', 'dialing_error']],
    [501, 29, ['FAILURE', 'dialing_error'], ['FAILURE', 'dialing_error']],
    [608, 21, ['FAILURE', 'dialing_error'], ['NO_ANSWER', 'rejected']],
  ];
  for (const [code, cause, bySip, byCause] of rows) {
    it(`${code} is ${bySip.join(' / ')}`, () => {
      const events = [dialEnd('NOANSWER'), response(0), hangup(cause, String(code))];
      expectOutcome(events, [...bySip, `sip-${code}`]);
    });
    it(`${code}, known by its cause ${cause} alone, is ${byCause.join(' / ')}`, () => {
      expectOutcome(
        [dialEnd('NOANSWER'), response(0), hangup(cause)],
        [...byCause, `q850-${cause}`],
      );
    });
  }

  it('a redirect that lost its code is known by DialEnd CANCEL alone', () => {
    const lost = [dialEnd('CANCEL'), response(0)];
    expectOutcome([...lost, hangup(0)], ['FAILURE', 'dialing_error', 'dial-end-cancel']);
    expectOutcome(lost, ['FAILURE', 'dialing_error', 'dial-end-cancel']);
    expectOutcome([...lost, hangup(23)], ['FAILURE', 'dialing_error', 'q850-23']);
  });

  it('408 or cause 18 is no answer when it rang, else a dialling error', () => {
    expectOutcome([rings, response(0), hangup(18, '408')], ['NO_ANSWER', 'no_answer', 'sip-408']);
    expectOutcome([progress, response(0), hangup(18)], ['NO_ANSWER', 'no_answer', 'q850-18']);
    expectOutcome(
      [trying, response(0), hangup(18, '408')],
      ['FAILURE', 'dialing_error', 'sip-408'],
    );
    expectOutcome([response(0), hangup(18)], ['FAILURE', 'dialing_error', 'q850-18']);
  });

  it('487 is no answer: the ring timer of the carrier', () => {
    expectOutcome([rings, response(0), hangup(127, '487')], ['NO_ANSWER', 'no_answer', 'sip-487']);
    expectOutcome([response(0), hangup(127, '487')], ['NO_ANSWER', 'no_answer', 'sip-487']);
  });

  it('cause 127 alone is no answer when it rang, else a dialling error', () => {
    expectOutcome([rings, response(0), hangup(127)], ['NO_ANSWER', 'no_answer', 'q850-127']);
    expectOutcome([response(0), hangup(127)], ['FAILURE', 'dialing_error', 'q850-127']);
  });

  it('a code that nobody listed falls back to its family', () => {
    expectOutcome([response(0), hangup(127, '399')], ['FAILURE', 'dialing_error', 'sip-399']);
    expectOutcome([response(0), hangup(127, '499')], ['FAILURE', 'dialing_error', 'sip-499']);
    expectOutcome([response(0), hangup(127, '599')], ['FAILURE', 'dialing_error', 'sip-599']);
    expectOutcome([response(0), hangup(127, '699')], ['NO_ANSWER', 'rejected', 'sip-699']);
  });

  it('a TechCause that is no final SIP code is passed over for the cause', () => {
    for (const techCause of ['200', '183', '0', '', 'abc', '1000', '486.5e9']) {
      expectOutcome([response(0), hangup(17, techCause)], ['BUSY', 'busy', 'q850-17']);
    }
  });

  it('a cause outside the table falls back to its class', () => {
    expectOutcome([response(0), hangup(16)], ['NO_ANSWER', 'no_answer', 'q850-16']);
    expectOutcome([response(0), hangup(44)], ['CONGESTION', 'dialing_error', 'q850-44']);
    expectOutcome([response(0), hangup(88)], ['FAILURE', 'dialing_error', 'q850-88']);
    expectOutcome([response(0), hangup(20)], ['FAILURE', 'out_of_service', 'q850-20']);
    expectOutcome(
      [response(0), hangup(500)],
      ['FAILURE', 'dialing_error', 'failure-without-cause'],
    );
  });
});

describe('our own ring time-out (Reason 3)', () => {
  it('is no answer when the far end rang or sent progress', () => {
    for (const sign of [rings, progress]) {
      const events = [sign, response(3), hangup(19, '480')];
      expectOutcome(events, ['NO_ANSWER', 'no_answer', 'ring-timeout']);
    }
  });

  it('is carrier trouble when nothing rang: TechCause 480 is not the word of the carrier', () => {
    for (const events of [
      [response(3), hangup(19, '480')],
      [trying, response(3), hangup(19, '480')],
      [hangup(19), response(3)],
      [dialEnd('NOANSWER'), response(3), gap('no_hangup')],
    ]) {
      expectOutcome(events, ['NO_ANSWER', 'dialing_error', 'silence']);
    }
  });

  it('is no answer on a trunk that never reports ringing', () => {
    const events = [response(3), hangup(19, '480')];
    expectOutcome(events, ['NO_ANSWER', 'no_answer', 'ring-timeout'], quietTrunk);
  });

  it('is no answer when the ringing may have been missed', () => {
    for (const why of ['link_lost', 'adopted', 'pbx_restarted'] as const) {
      const events = [gap(why), response(3), hangup(19, '480')];
      expectOutcome(events, ['NO_ANSWER', 'no_answer', 'ring-timeout']);
    }
  });
});

describe('an answered call', () => {
  it('is answered whatever its hangup says', () => {
    for (const end of [
      [hangup(16)],
      [hangup(0)],
      [hangup(31)],
      [hangup(17, '486')],
      [hangup(23, '302')],
      [gap('no_hangup')],
      [dialEnd('NOANSWER'), hangup(127, '500')],
      [],
    ]) {
      expectOutcome([rings, response(4), ...end], ['ANSWER', 'answered', 'response-answer']);
    }
  });

  it('tells when it was answered and when it ended', () => {
    const call = classifyCall([rings, dialEnd('ANSWER', 4), response(4, 5), hangup(16)], trunk);
    assert.equal(call.answeredAt, at(4));
    assert.equal(call.endedAt, at(9));
    assert.equal(classifyCall([response(4, 5)], trunk).answeredAt, at(5));
    assert.equal(classifyCall([response(4, 5)], trunk).endedAt, null);
    const asked = [response(4, 5), gap('no_hangup', 7), gap('no_hangup', 8)];
    assert.equal(classifyCall(asked, trunk).endedAt, at(7));
    assert.equal(classifyCall([response(3, 5), response(0, 6)], trunk).endedAt, at(5));
  });

  it('is known without its response when the channel was seen up', () => {
    const up: EvidenceEvent = { kind: 'channel_state', at: at(6), state: 'Up' };
    const call = classifyCall([gap('adopted'), up, hangup(0)], trunk);
    assert.deepEqual(
      [call.dialStatus, call.callStatus, call.rule, call.answeredAt],
      ['ANSWER', 'answered', 'seen-up', at(6)],
    );
    expectOutcome(
      [gap('link_lost'), dialEnd('ANSWER'), hangup(17)],
      ['ANSWER', 'answered', 'seen-up'],
    );
  });

  it('is not concluded from a channel that only rings', () => {
    const ringing: EvidenceEvent = { kind: 'channel_state', at: at(6), state: 'Ringing' };
    expectOutcome(
      [gap('adopted'), ringing, gap('no_hangup')],
      [null, 'unconfirmed', 'no-response'],
    );
  });

  it('is a Success with any other Reason too', () => {
    const success: EvidenceEvent = { kind: 'response', at: at(5), response: 'Success', reason: 14 };
    expectOutcome([success], ['ANSWER', 'answered', 'response-success']);
  });
});

describe('a Local channel', () => {
  it('has its true cause on the second half', () => {
    expectOutcome([response(5), hangup(0), hangup(17, null, 2)], ['BUSY', 'busy', 'response-busy']);
    const congestion = [response(8), hangup(34, null, 2), hangup(0)];
    expectOutcome(congestion, ['CONGESTION', 'dialing_error', 'response-congestion']);
    const call = classifyCall([response(5), hangup(0), hangup(17, null, 2)], trunk);
    assert.deepEqual([call.cause, call.causeText], [17, 'cause 17']);
  });

  it('hung up by its dialplan is judged by the cause', () => {
    expectOutcome([response(0), hangup(1)], ['FAILURE', 'invalid_number', 'q850-1']);
    expectOutcome([response(0), hangup(21)], ['NO_ANSWER', 'rejected', 'q850-21']);
    expectOutcome(
      [response(0), hangup(0), hangup(21, null, 2)],
      ['NO_ANSWER', 'rejected', 'q850-21'],
    );
  });

  it('without such an extension is a dialling error', () => {
    const events = [response(0), hangup(0), hangup(0, null, 2)];
    expectOutcome(events, ['FAILURE', 'dialing_error', 'q850-0']);
  });

  it('takes the SIP code of the second half when only that has one', () => {
    const events = [response(0), hangup(0), hangup(21, '603', 2)];
    expectOutcome(events, ['NO_ANSWER', 'rejected', 'sip-603']);
  });

  it('is judged by the first half when both have a cause and a code', () => {
    const events = [response(0), hangup(21, '603', 2), hangup(1, '404', 1)];
    expectOutcome(events, ['FAILURE', 'invalid_number', 'sip-404']);
    assert.equal(classifyCall(events, trunk).cause, 1);
  });

  it('is busy or congested by Reason 5 or 8 though no hangup came', () => {
    expectOutcome([response(5), gap('no_hangup')], ['BUSY', 'busy', 'response-busy']);
    expectOutcome([response(8)], ['CONGESTION', 'dialing_error', 'response-congestion']);
  });
});

describe('a failure without a hangup', () => {
  it('never had a channel', () => {
    expectOutcome([response(0)], ['FAILURE', 'dialing_error', 'no-channel']);
    expectOutcome([response(0), gap('no_hangup')], ['FAILURE', 'dialing_error', 'no-channel']);
  });

  it('is judged by DialEnd where that is not NOANSWER', () => {
    expectOutcome(
      [dialEnd('BUSY'), response(0), gap('no_hangup')],
      ['BUSY', 'busy', 'dial-end-busy'],
    );
    expectOutcome(
      [dialEnd('CONGESTION'), response(1)],
      ['CONGESTION', 'dialing_error', 'dial-end-congestion'],
    );
    expectOutcome(
      [dialEnd('CHANUNAVAIL'), response(0)],
      ['FAILURE', 'dialing_error', 'dial-end-chanunavail'],
    );
  });

  it('is no answer when it rang, and a dialling error when nothing tells', () => {
    expectOutcome(
      [rings, dialEnd('NOANSWER'), response(0)],
      ['NO_ANSWER', 'no_answer', 'failure-after-ringing'],
    );
    expectOutcome(
      [dialEnd('NOANSWER'), response(0)],
      ['FAILURE', 'dialing_error', 'failure-without-cause'],
    );
    expectOutcome(
      [gap('link_lost'), response(0)],
      ['FAILURE', 'dialing_error', 'failure-without-cause'],
    );
  });

  it('is a dialling error when the PBX refused the action', () => {
    expectOutcome([refused], ['FAILURE', 'dialing_error', 'refused']);
    const call = classifyCall([refused], trunk);
    assert.deepEqual([call.response, call.reason, call.endedAt], ['Error', null, at(0)]);
  });
});

describe('a call whose response was lost', () => {
  it('is unconfirmed when nothing tells how it went', () => {
    for (const events of [
      [],
      [gap('no_response')],
      [rings, gap('link_lost'), gap('no_hangup')],
      [gap('link_lost'), hangup(16)],
      [gap('link_lost'), hangup(0)],
      [gap('link_lost'), hangup(31)],
      [gap('link_lost'), hangup(127)],
      [gap('pbx_restarted')],
      [rings, dialEnd('NOANSWER'), gap('no_response')],
    ]) {
      expectOutcome(events, [null, 'unconfirmed', 'no-response']);
    }
  });

  it('is judged by a hangup that is clear by itself', () => {
    expectOutcome([gap('link_lost'), hangup(17, '486')], ['BUSY', 'busy', 'sip-486']);
    expectOutcome([gap('link_lost'), hangup(1)], ['FAILURE', 'invalid_number', 'q850-1']);
    expectOutcome([gap('no_response'), hangup(19, '480')], ['NO_ANSWER', 'no_answer', 'sip-480']);
    expectOutcome([gap('link_lost'), hangup(127, '487')], ['NO_ANSWER', 'no_answer', 'sip-487']);
  });

  it('stays unconfirmed after a redirect: the call may live on in another channel', () => {
    expectOutcome([gap('link_lost'), hangup(23, '302')], [null, 'unconfirmed', 'no-response']);
  });
});

describe('the issabel dialect', () => {
  const rows: readonly [number, DialStatus, CallStatus, string][] = [
    [0, 'NO_ANSWER', 'no_answer', 'issabel-no-answer'],
    [1, 'BUSY', 'busy', 'issabel-busy'],
    [2, 'FAILURE', 'dialing_error', 'issabel-failure'],
    [3, 'CONGESTION', 'dialing_error', 'issabel-congestion'],
    [4, 'ANSWER', 'answered', 'response-answer'],
  ];
  for (const [reason, dialStatus, callStatus, rule] of rows) {
    it(`reads Reason ${reason} as ${dialStatus}`, () => {
      expectOutcome([response(reason)], [dialStatus, callStatus, rule], issabel);
      expectOutcome([response(reason), hangup(0)], [dialStatus, callStatus, rule], issabel);
    });
  }

  it('keeps the dial status and lets a clear hangup tell the call status', () => {
    expectOutcome([response(0), hangup(21, '603')], ['NO_ANSWER', 'rejected', 'sip-603'], issabel);
    expectOutcome(
      [response(2), hangup(1, '404')],
      ['FAILURE', 'invalid_number', 'sip-404'],
      issabel,
    );
    expectOutcome([response(2), hangup(27)], ['FAILURE', 'out_of_service', 'q850-27'], issabel);
  });

  it('lets a vague hangup say nothing', () => {
    for (const cause of [0, 16, 31, 127]) {
      const events = [response(1), hangup(cause)];
      expectOutcome(events, ['BUSY', 'busy', 'issabel-busy'], issabel);
    }
  });

  it('never reads a failure into the end of an answered call', () => {
    expectOutcome(
      [response(4), hangup(17, '486')],
      ['ANSWER', 'answered', 'response-answer'],
      issabel,
    );
  });

  it('judges a Reason outside its table as Asterisk would', () => {
    expectOutcome([response(5)], ['BUSY', 'busy', 'response-busy'], issabel);
    expectOutcome([response(9), hangup(17)], ['BUSY', 'busy', 'q850-17'], issabel);
  });
});

describe('classification', () => {
  const second = fc.integer({ min: 0, max: 50 }).map(at);
  const event: fc.Arbitrary<EvidenceEvent> = fc.oneof(
    fc.record({
      kind: fc.constant('response' as const),
      at: second,
      response: fc.constantFrom('Success' as const, 'Failure' as const),
      reason: fc.integer({ min: -1, max: 12 }),
    }),
    fc.record({ kind: fc.constant('refused' as const), at: second, message: fc.string() }),
    fc.record({
      kind: fc.constantFrom('dial_state' as const, 'dial_end' as const),
      at: second,
      dialStatus: fc.constantFrom('RINGING', 'PROGRESS', 'PROCEEDING', 'NOANSWER', 'BUSY', ''),
    }),
    fc.record({
      kind: fc.constant('hangup' as const),
      at: second,
      half: fc.constantFrom(1 as const, 2 as const),
      cause: fc.integer({ min: -2, max: 300 }),
      causeText: fc.string(),
      techCause: fc.option(fc.oneof(fc.integer({ min: 0, max: 900 }).map(String), fc.string())),
    }),
    fc.record({
      kind: fc.constant('channel_state' as const),
      at: second,
      state: fc.constantFrom('Up', 'Ringing', 'Down'),
    }),
    fc.record({
      kind: fc.constant('gap' as const),
      at: second,
      why: fc.constantFrom('link_lost', 'pbx_restarted', 'no_hangup', 'no_response', 'adopted'),
    }),
  );
  const traits: fc.Arbitrary<TrunkTraits> = fc.record({
    reasonDialect: fc.constantFrom('asterisk', 'issabel'),
    reportsRinging: fc.boolean(),
  });

  it('gives every evidence a status that a call can end with, and a rule', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), traits, (events, trunkTraits) => {
        const call = classifyCall(events, trunkTraits);
        assert.ok(callStatuses.includes(call.callStatus));
        assert.ok(call.callStatus !== 'restricted' && call.callStatus !== 'cancelled');
        assert.match(call.rule, /^[a-z0-9-]+$/);
        assert.equal(call.dialStatus === null, call.callStatus === 'unconfirmed');
        assert.equal(call.dialStatus === 'ANSWER', groupOf(call.callStatus) === 'connected');
        assert.equal(call.answeredAt !== null, call.dialStatus === 'ANSWER');
      }),
      { numRuns: 2000 },
    );
  });

  it('never lets anything beside a Success with Reason 4 make it not connected', () => {
    fc.assert(
      fc.property(
        fc
          .array(event, { maxLength: 6 })
          .filter((events) =>
            events.every((one) => one.kind !== 'response' || one.response === 'Failure'),
          ),
        fc.nat(6),
        traits,
        (events, place, trunkTraits) => {
          const call = classifyCall(events.toSpliced(place, 0, response(4)), trunkTraits);
          assert.deepEqual([call.dialStatus, groupOf(call.callStatus)], ['ANSWER', 'connected']);
        },
      ),
    );
  });

  it('is the same when every event is heard twice', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), traits, (events, trunkTraits) => {
        const twice = events.flatMap((one) => [one, one]);
        assert.deepEqual(classifyCall(twice, trunkTraits), classifyCall(events, trunkTraits));
      }),
    );
  });
});
