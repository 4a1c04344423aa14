import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AmiLog } from './ami-log.ts';
import type { AmiTimeouts } from './ami-timeouts.ts';
import { callWait, type CallFacts } from './call-wait.ts';
import { openEvidenceLog } from './evidence-log.ts';
import { ActionRefusedError } from './not-answered-error.ts';
import type { OngoingCall } from './ongoing-call.ts';

type GapReason = Extract<EvidenceEvent, { kind: 'gap' }>['why'];

/** A call as the tracker moves it along, to its end. */
export interface FollowedCall {
  readonly call: OngoingCall;
  note(event: EvidenceEvent): void;
  /** How a channel to the carrier will have hung up, unless its Hangup says more. */
  noteRefusal(hangup: Extract<EvidenceEvent, { kind: 'leg_hangup' }>): void;
  /** The contact's side has answered, as far as was heard. */
  isAnswered(): boolean;
  /** Its channel was seen, so a Hangup is owed. */
  noteChannel(): void;
  /** It is a Local channel, with a second half to wait for. */
  noteLocal(): void;
  /** It was answered: stored only if there is a gap, where the OriginateResponse may be missing. */
  noteUp(): void;
  /** Events may have been missed. */
  noteGap(why: GapReason): void;
  /** What the PBX said when it was asked: the state of the live channel, or null: gone. */
  noteAsked(state: string | null): void;
  /** Completes the evidence as it is. */
  finish(): void;
  /** Stops its timer without ending it. */
  abandon(): void;
}

export interface FollowedCallOptions {
  readonly channelId: string;
  /** Null for an adopted call. */
  readonly ringLimitMs: number | null;
  readonly isLocal: boolean;
  readonly timeouts: AmiTimeouts;
  readonly log: AmiLog;
  /** The state of the live channel, null when there is none. */
  readonly askState: () => Promise<string | null>;
  readonly onEnd: () => void;
  /** What the PBX says of the call after its evidence was complete; each fact once. */
  readonly onLate: (event: EvidenceEvent) => void;
}

/** Late events that may say something else of the call than was concluded. */
function isTelling(event: EvidenceEvent): boolean {
  if (event.kind === 'dial_end') return event.dialStatus === 'ANSWER';
  return ['response', 'hangup', 'channel_state', 'machine', 'transfer'].includes(event.kind);
}

/** So often may the PBX refuse to say whether the call lives, before that stays unknown. */
const mostRefusals = 3;

/** Follows one call until its evidence is complete, by the rules of call-wait.ts. */
export function followCall(options: FollowedCallOptions): FollowedCall {
  const { channelId, ringLimitMs, timeouts, log } = options;
  const evidence = openEvidenceLog(channelId, log);
  let facts: CallFacts = {
    response: ringLimitMs === null ? 'adopted' : null,
    hungUp: false,
    isLocal: options.isLocal,
    secondHalfHungUp: false,
    carrierLegOpen: false,
    asked: null,
  };
  let open = true;
  let channelSeen = ringLimitMs === null;
  let upAt: string | null = null;
  let timesRefused = 0;
  const carrierLegs = new Set<number>();
  const refusals = new Map<number, EvidenceEvent>();
  let timer: NodeJS.Timeout | undefined;

  function note(event: EvidenceEvent): void {
    if (!open) return noteLate(event);
    if (!evidence.append(event)) return;
    if (event.kind === 'response') learn({ response: event.response });
    if (event.kind === 'refused') learn({ response: 'refused' });
    if (event.kind === 'hangup')
      learn(event.half === 1 ? { hungUp: true } : { secondHalfHungUp: true });
    if (event.kind === 'leg' || event.kind === 'leg_hangup') noteLeg(event);
  }

  function noteLeg(event: Extract<EvidenceEvent, { kind: 'leg' | 'leg_hangup' }>): void {
    if (event.side !== 'carrier') return;
    if (event.kind === 'leg_hangup') carrierLegs.delete(event.leg);
    else if (event.what === 'dialled') carrierLegs.add(event.leg);
    learn({ carrierLegOpen: carrierLegs.size > 0 });
  }

  function noteLate(event: EvidenceEvent): void {
    if (isTelling(event) && evidence.isLate(event)) options.onLate(event);
  }

  /** Takes a fact, and waits for what is missing now. */
  function learn(fact: Partial<CallFacts>): void {
    if (!open) return;
    facts = { ...facts, ...fact };
    const wait = callWait(facts, ringLimitMs ?? 0, timeouts);
    if (wait === null) end();
    else restartTimer(wait.then === 'ask' ? ask : end, wait.limitMs);
  }

  function restartTimer(whenOver: () => void, limitMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(whenOver, limitMs);
  }

  function ask(): void {
    options.askState().then(
      (state) => {
        timesRefused = 0;
        noteAsked(state);
      },
      (error: unknown) => {
        if (error instanceof ActionRefusedError && ++timesRefused >= mostRefusals) return end();
        // Out of reach: the link compares all calls with the PBX when it is back.
        if (open) restartTimer(ask, timeouts.checkEveryMs);
      },
    );
  }

  function noteAsked(state: string | null): void {
    if (!open) return;
    if (state === 'Up') upAt ??= now();
    // Not news after a Success; otherwise the only trace of an answer that was not heard.
    if (state !== null && facts.response !== 'Success') {
      note({ kind: 'channel_state', at: now(), state });
    }
    learn({ asked: state === null ? 'gone' : 'live' });
  }

  function noteGap(why: GapReason): void {
    note({ kind: 'gap', at: now(), why });
    tellUp();
  }

  /** In a record with a hole the state proves the answer; otherwise the response does. */
  function tellUp(): void {
    if (upAt === null || facts.response === 'Success') return;
    if (open && !evidence.has('gap')) return;
    note({ kind: 'channel_state', at: upAt, state: 'Up' });
  }

  /** The end, with a gap for what should have come and did not. */
  function end(): void {
    if (!open) return;
    for (const leg of carrierLegs) {
      const refusal = refusals.get(leg);
      if (refusal !== undefined) evidence.append(refusal);
    }
    if (!evidence.has('gap') || facts.response === 'adopted') {
      if (facts.response === null) noteGap('no_response');
      else if (!facts.hungUp && owesHangup()) noteGap('no_hangup');
    }
    finish();
  }

  function owesHangup(): boolean {
    return facts.response !== 'refused' && (channelSeen || facts.response === 'Success');
  }

  function finish(): void {
    if (!open) return;
    abandon();
    evidence.close();
    options.onEnd();
  }

  function abandon(): void {
    open = false;
    clearTimeout(timer);
  }

  learn({});
  return {
    call: evidence.call,
    note,
    noteRefusal: (hangup) => void refusals.set(hangup.leg, hangup),
    isAnswered: () => facts.response === 'Success' || upAt !== null,
    noteChannel() {
      channelSeen = true;
      // Told gone, and yet it comes: a PBX that stood still has only now read the Originate.
      if (facts.asked === 'gone') learn({ asked: 'live' });
    },
    noteLocal: () => facts.isLocal || learn({ isLocal: true }),
    noteUp() {
      upAt ??= now();
      tellUp();
    },
    noteGap,
    noteAsked,
    finish,
    abandon,
  };
}

function now(): string {
  return new Date().toISOString();
}
