import type { EvidenceEvent, LegSide } from '../domain/evidence.ts';
import type { AmiEvent } from './ami-event.ts';
import type { FollowedCall } from './followed-call.ts';

type EventOf<Name extends AmiEvent['event']> = Extract<AmiEvent, { event: Name }>;
export type HangupRequestEvent = EventOf<'HangupRequest' | 'SoftHangupRequest'>;
type LegWhat = Extract<EvidenceEvent, { kind: 'leg' }>['what'];

/**
 * The other channels of a call: those a Local channel's dialplan dials to reach the contact, and those
 * an answered call is connected to. A channel belongs to the call of the channel that dialled it; where
 * that one is not known (the inner half of somebody's Local channel), to the call of its Linkedid.
 */
export interface CallLegs {
  dialled(event: EventOf<'DialBegin'>, at: string): void;
  /** DialState and DialEnd; false when the channel is no leg. */
  hearDial(event: EventOf<'DialState' | 'DialEnd'>, at: string): boolean;
  /** The far end of a leg to the carrier refuses: its Hangup may come late, or never. */
  hearRequest(event: HangupRequestEvent, at: string): void;
  /** False when the channel is no leg. */
  hearHangup(event: EventOf<'Hangup'>, at: string): boolean;
  /** The call whose contact is at the far end of this leg, having answered there; null for any other channel. */
  contactOf(uniqueid: string): FollowedCall | null;
  /** The call is over. */
  forget(call: FollowedCall): void;
}

interface Leg {
  readonly call: FollowedCall;
  readonly leg: number;
  readonly side: LegSide;
  readonly direct: boolean;
  readonly endpoint: string | null;
  readonly via: string | null;
  isAnswered: boolean;
}

/** A channel of a call as it is found by an id: its own (half 1 or 2 of ours), or one of its legs. */
export interface OwnChannel {
  readonly call: FollowedCall;
  readonly half: 1 | 2;
}

/** `findOwn` finds the call whose own channel has this id. */
export function createCallLegs(findOwn: (uniqueid: string) => OwnChannel | null): CallLegs {
  const legs = new Map<string, Leg>();
  const counts = new WeakMap<FollowedCall, number>();

  function place(
    event: EventOf<'DialBegin'>,
  ): Omit<Leg, 'leg' | 'endpoint' | 'via' | 'isAnswered'> | null {
    const { source, linkedid } = event;
    const dialler = source === null ? null : findOwn(source);
    if (dialler !== null) {
      return { ...dialler, side: dialler.half === 2 ? 'carrier' : 'target', direct: true };
    }
    const parent = source === null ? undefined : legs.get(source);
    if (parent !== undefined) return { ...parent, direct: false };
    const own = source === null || linkedid === null ? null : findOwn(linkedid);
    if (own === null) return null;
    return { call: own.call, side: own.call.isAnswered() ? 'target' : 'carrier', direct: false };
  }

  function note(leg: Leg, at: string, what: LegWhat, dialStatus: string | null): void {
    const { call, endpoint, via, side, direct } = leg;
    call.note({ kind: 'leg', at, leg: leg.leg, side, direct, what, dialStatus, endpoint, via });
  }

  return {
    dialled(event, at) {
      if (findOwn(event.uniqueid) !== null || legs.has(event.uniqueid)) return;
      const found = place(event);
      if (found === null) return;
      const count = (counts.get(found.call) ?? 0) + 1;
      counts.set(found.call, count);
      const { endpoint } = event;
      // Towards the carrier it is the contact's number.
      const via = found.side === 'target' && !found.direct ? event.via : null;
      const leg = { ...found, leg: count, endpoint, via, isAnswered: false };
      legs.set(event.uniqueid, leg);
      note(leg, at, 'dialled', null);
    },
    hearDial({ event, uniqueid, status }, at) {
      const leg = legs.get(uniqueid);
      if (leg === undefined) return false;
      if (event === 'DialState') {
        if (status === 'RINGING' || status === 'PROGRESS') note(leg, at, 'ringing', null);
      } else if (status === 'ANSWER') {
        leg.isAnswered = true;
        note(leg, at, 'answered', null);
      } else note(leg, at, 'not_answered', status);
      return true;
    },
    hearRequest({ uniqueid, cause, techCause }, at) {
      const leg = legs.get(uniqueid);
      if (leg?.side !== 'carrier' || leg.isAnswered || cause === null || techCause === null) return;
      const { call, side } = leg;
      const causeText = '';
      call.noteRefusal({ kind: 'leg_hangup', at, leg: leg.leg, side, cause, causeText, techCause });
    },
    hearHangup({ uniqueid, cause, causeText, techCause }, at) {
      const leg = legs.get(uniqueid);
      if (leg === undefined) return false;
      legs.delete(uniqueid);
      const { side } = leg;
      leg.call.note({ kind: 'leg_hangup', at, leg: leg.leg, side, cause, causeText, techCause });
      return true;
    },
    contactOf(uniqueid) {
      const leg = legs.get(uniqueid);
      return leg?.side === 'carrier' && leg.isAnswered ? leg.call : null;
    },
    forget(call) {
      for (const [uniqueid, leg] of legs) if (leg.call === call) legs.delete(uniqueid);
    },
  };
}
