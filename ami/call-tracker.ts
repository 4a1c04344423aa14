import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AmiEvent, LiveChannel } from './ami-event.ts';
import { createCallBridges } from './call-bridges.ts';
import { createCallLegs, type HangupRequestEvent, type OwnChannel } from './call-legs.ts';
import { followCall, type FollowedCall, type FollowedCallOptions } from './followed-call.ts';
import { hearTarget } from './hear-target.ts';
import { createLateCalls } from './late-calls.ts';

/**
 * Finds the call an event speaks of. An OriginateResponse is joined by the ActionID of that one send:
 * its channel id may be that of another, live call. Everything else is joined by the channel id we
 * chose; `<id>;2` is the second half of a Local channel. What belongs to no open call of ours is other
 * people's business on the same PBX, or comes after the end, and is dropped.
 */
export interface CallTracker {
  /** Starts to follow a call; `actionId` is null for an adopted one. */
  follow(
    options: Omit<FollowedCallOptions, 'onEnd' | 'onLate'>,
    actionId: string | null,
  ): FollowedCall;
  find(channelId: string): FollowedCall | undefined;
  hear(event: AmiEvent): void;
  /**
   * After an interruption: every call open now has a gap. Returns what to do with the list of live
   * channels when it has come; calls started meanwhile are not touched by it.
   */
  noteInterruption(
    why: 'link_lost' | 'pbx_restarted',
  ): (live: ReadonlyMap<string, LiveChannel>) => void;
  count(): number;
  /** Follows a call no more, without ending it; what comes of it is late. */
  drop(channelId: string): void;
  /** Stops all timers; the calls stay open. */
  stop(): void;
}

/** So many ended calls are remembered for what comes late. */
const mostLate = 5_000;

/** A tracker without calls. `onLate` hears what the PBX says of a call after its evidence was complete. */
export function createCallTracker(
  onLate: (channelId: string, event: EvidenceEvent) => void = () => undefined,
): CallTracker {
  const byChannel = new Map<string, FollowedCall>();
  const byAction = new Map<string, FollowedCall>();
  const late = createLateCalls(mostLate, () => performance.now());
  const legs = createCallLegs(findOwn);
  const bridges = createCallBridges();

  function findOwn(uniqueid: string): OwnChannel | null {
    const { channelId, half } = halfOf(uniqueid);
    const call = byChannel.get(channelId);
    return call === undefined ? null : { call, half };
  }

  function openOrLate(channelId: string): FollowedCall | undefined {
    return byChannel.get(channelId) ?? late.ofChannel(channelId);
  }

  function hear(event: AmiEvent): void {
    const at = new Date().toISOString();
    switch (event.event) {
      case 'OriginateResponse': {
        const { actionId, response, reason } = event;
        const call = byAction.get(actionId) ?? late.ofAction(actionId);
        call?.note({ kind: 'response', at, response, reason });
        return;
      }
      case 'Hangup':
        return hearHangup(event, at);
      case 'DialState':
        return hearDial(event, { kind: 'dial_state', at, dialStatus: event.status });
      case 'DialEnd':
        return hearDial(event, { kind: 'dial_end', at, dialStatus: event.status });
      case 'DialBegin':
        hearChannel(event.uniqueid);
        return legs.dialled(event, at);
      case 'Newchannel':
        return hearChannel(event.uniqueid);
      case 'HangupRequest':
      case 'SoftHangupRequest':
        return hearHangupRequest(event, at);
      case 'BridgeEnter':
      case 'BridgeLeave':
        return bridges.hear(event, byChannel.get(event.uniqueid) ?? null, at);
      case 'BlindTransfer':
      case 'AttendedTransfer': {
        // A party of an ended call may go on transferring: only the contact's own channel counts then.
        const open = event.uniqueids.flatMap((id) => byChannel.get(id) ?? []);
        const ended = late.ofChannel(event.uniqueids[0] ?? '');
        return hearTarget(open[0] ?? ended, event, at);
      }
      case 'QueueCallerJoin':
      case 'QueueCallerLeave':
      case 'QueueCallerAbandon':
      case 'AgentConnect':
      case 'DialerMachine':
      case 'DialerStep':
      case 'DialerTransfer':
        return hearTarget(openOrLate(event.uniqueid), event, at);
      case 'Newstate':
        if (event.state === 'Up') openOrLate(event.uniqueid)?.noteUp();
        return;
      case 'FullyBooted':
      case 'Shutdown':
      case 'DialerDoctor':
        return;
    }
  }

  function hearDial(
    event: Extract<AmiEvent, { event: 'DialState' | 'DialEnd' }>,
    evidence: EvidenceEvent,
  ): void {
    if (legs.hearDial(event, evidence.at)) return;
    hearChannel(event.uniqueid);
    openOrLate(event.uniqueid)?.note(evidence);
  }

  /** Over a Local channel the contact is at the far end of the leg to the carrier that was answered. */
  function hearHangupRequest(request: HangupRequestEvent, at: string): void {
    const { event, uniqueid } = request;
    const byFarEnd = event === 'HangupRequest';
    if (byFarEnd) legs.hearRequest(request, at);
    const onLeg = byFarEnd ? legs.contactOf(uniqueid) : null;
    (onLeg ?? byChannel.get(uniqueid))?.note({
      kind: 'hangup_request',
      at,
      by: byFarEnd ? 'contact' : 'us',
    });
  }

  function hearHangup(event: Extract<AmiEvent, { event: 'Hangup' }>, at: string): void {
    if (legs.hearHangup(event, at)) return;
    const { channelId, half } = halfOf(event.uniqueid);
    const { cause, causeText, techCause } = event;
    const followed = openOrLate(channelId);
    if (half === 2) followed?.noteLocal();
    followed?.note({ kind: 'hangup', at, half, cause, causeText, techCause });
  }

  function hearChannel(uniqueid: string): void {
    const { channelId, half } = halfOf(uniqueid);
    const followed = byChannel.get(channelId);
    followed?.noteChannel();
    if (half === 2) followed?.noteLocal();
  }

  return {
    follow(options, actionId) {
      const followed = followCall({
        ...options,
        onEnd() {
          byChannel.delete(options.channelId);
          if (actionId !== null) byAction.delete(actionId);
          legs.forget(followed);
          bridges.forget(followed);
          late.add(followed, actionId);
        },
        onLate: (event) => onLate(options.channelId, event),
      });
      byChannel.set(options.channelId, followed);
      if (actionId !== null) byAction.set(actionId, followed);
      return followed;
    },
    find: (channelId) => byChannel.get(channelId),
    hear,
    noteInterruption(why) {
      const interrupted = [...byChannel.values()];
      for (const followed of interrupted) followed.noteGap(why);
      return (live) => {
        for (const followed of interrupted) {
          followed.noteAsked(live.get(followed.call.channelId)?.state ?? null);
        }
      };
    },
    count: () => byChannel.size,
    drop(channelId) {
      const followed = byChannel.get(channelId);
      if (followed === undefined) return;
      followed.abandon();
      byChannel.delete(channelId);
      legs.forget(followed);
      bridges.forget(followed);
      late.add(followed, null);
    },
    stop() {
      for (const followed of byChannel.values()) followed.abandon();
      byChannel.clear();
      byAction.clear();
    },
  };
}

function halfOf(uniqueid: string): { channelId: string; half: 1 | 2 } {
  return uniqueid.endsWith(';2')
    ? { channelId: uniqueid.slice(0, -2), half: 2 }
    : { channelId: uniqueid, half: 1 };
}
