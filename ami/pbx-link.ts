import { randomUUID } from 'node:crypto';
import net from 'node:net';
import type { EvidenceEvent } from '../domain/evidence.ts';
import { isUuid } from '../domain/ids.ts';
import { adoptCall } from './adopt-call.ts';
import type { AmiConnection } from './ami-connection.ts';
import type { AmiEvent } from './ami-event.ts';
import { buildFrame } from './ami-frame.ts';
import type { AmiLog } from './ami-log.ts';
import { defaultTimeouts, type AmiTimeouts } from './ami-timeouts.ts';
import { createCallTracker } from './call-tracker.ts';
import { keepConnection } from './kept-connection.ts';
import { findLiveChannel, listLiveChannels } from './live-channels.ts';
import { findMissingRights } from './manager-rights.ts';
import { NotReachableError } from './not-answered-error.ts';
import type { OngoingCall } from './ongoing-call.ts';
import type { OriginateRequest } from './originate-request.ts';
import type { PbxLinkState } from './pbx-link-state.ts';
import { placeOriginate } from './place-originate.ts';
import { createRestartDetector } from './restart-detector.ts';
import { sentIds } from './sent-ids.ts';
import { askServerInfo, type PbxServerInfo } from './server-info.ts';
import { openTlsSocket, type TlsOptions } from './tls-socket.ts';

export interface PbxLinkOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
  readonly log: AmiLog;
  /** TLS, and what its certificate is verified by; null or absent: plain TCP. */
  readonly tls?: TlsOptions | null;
  /** Makes the socket of each connection; by default to host and port, with TLS if `tls` says so. */
  readonly connect?: () => net.Socket;
  readonly timeouts?: Partial<AmiTimeouts>;
  /** Hears what the PBX says of a call after its evidence was complete (`ended`). */
  readonly onLateEvidence?: (channelId: string, event: EvidenceEvent) => void;
}

/** One PBX, kept connected for as long as the link runs. */
export interface PbxLink {
  start(): void;
  /** Closes the link; hangs up nothing. May be called twice. */
  stop(): Promise<void>;
  state(): PbxLinkState;
  /** @throws NotReachableError when not booted within the limit, or given up before. */
  whenBooted(timeoutMs: number, giveUp?: AbortSignal): Promise<void>;
  onState(listener: (state: PbxLinkState) => void): () => void;
  /**
   * Writes one Originate, now or never: in this tick it checks the frame, that the link is booted with
   * an empty send buffer, and last `mayStillSend()`; then writes. Nothing is queued or sent again.
   * @throws NotSentError nothing was written (`pbx_unreachable`, `claim_expired`, `frame_refused`).
   * @throws AlreadySentError this process wrote that channelId before: reconcile, do not release.
   */
  originate(request: OriginateRequest, mayStillSend: () => boolean): OngoingCall;
  /**
   * Follows a call this link may not have placed; null when the PBX has no such live channel. A call
   * that is already followed is returned as it is.
   * @throws NotReachableError when the PBX cannot be asked; ActionRefusedError when it refuses to say.
   */
  adopt(channelId: string): Promise<OngoingCall | null>;
  /** Uniqueids of all live channels, lower-case, Local halves as `<id>;2`. Throws as adopt does. */
  liveChannelIds(): Promise<ReadonlySet<string>>;
  /** Throws as adopt does. */
  serverInfo(): Promise<PbxServerInfo>;
  /** Round trip in milliseconds. Throws as adopt does. */
  ping(): Promise<number>;
  /** Manager rights this user lacks, such as `read=call`. Throws as adopt does. */
  checkRights(): Promise<{ readonly missing: string[] }>;
  counters(): PbxLinkCounters;
}

export interface PbxLinkCounters {
  readonly connections: number;
  /** Items of the PBX that could not be read and were ignored. */
  readonly malformed: number;
  readonly callsFollowed: number;
}

/**
 * A link to one PBX; does nothing before start().
 * @throws NotSentError `frame_refused` for a user name or secret that no frame can hold.
 */
export function createPbxLink(options: PbxLinkOptions): PbxLink {
  const { host, port, username, secret, log } = options;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  // asterisk-manager writes the login itself: what would break out of its lines is refused here.
  buildFrame('Login', randomUUID(), { username, secret, event: 'on' });
  const tracker = createCallTracker(options.onLateEvidence);
  const restarts = createRestartDetector(() => performance.now());
  const adoptions = new Map<string, Promise<OngoingCall | null>>();
  const eventListeners = new Set<(event: AmiEvent) => void>();
  let malformed = 0;

  const kept = keepConnection({
    username,
    secret,
    connect: options.connect ?? (() => connectTo({ host, port }, options.tls ?? null)),
    timeouts,
    log,
    onBooted: compareCalls,
    onEvent: hear,
    onMalformed: () => (malformed += 1),
  });

  function hear(event: AmiEvent): void {
    if (event.event === 'Shutdown') restarts.noteShutdown();
    tracker.hear(event);
    for (const listener of [...eventListeners]) listener(event);
  }

  /** After every reconnect: nothing is replayed, so each open call is looked up. */
  function compareCalls(uptimeSeconds: number | null): void {
    const why = restarts.noteBooted(uptimeSeconds);
    if (tracker.count() === 0) return;
    log.warn({ why, calls: tracker.count() }, 'calls were open while the PBX link was lost');
    const settleWith = tracker.noteInterruption(why);
    // Without the list each call is asked about in its own time.
    listLiveChannels(booted()).then(settleWith, (error: unknown) => {
      log.warn({ error: String(error) }, 'live channels could not be listed');
    });
  }

  function booted(): AmiConnection {
    const connection = kept.current();
    if (!connection?.isBooted()) throw new NotReachableError(`the PBX link is ${kept.state()}`);
    return connection;
  }

  async function askState(channelId: string): Promise<string | null> {
    return (await findLiveChannel(booted(), channelId))?.state ?? null;
  }

  function adopt(channelId: string): Promise<OngoingCall | null> {
    const joining = adoptions.get(channelId);
    if (joining !== undefined) return joining;
    const deps = { connection: booted(), tracker, timeouts, log, askState };
    const adoption = adoptCall(channelId, deps).finally(() => adoptions.delete(channelId));
    adoptions.set(channelId, adoption);
    return adoption;
  }

  /** Whether an event like this comes within the time an action may take. */
  function hears(wanted: (event: AmiEvent) => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (heard: boolean) => {
        clearTimeout(timer);
        eventListeners.delete(listener);
        resolve(heard);
      };
      const listener = (event: AmiEvent) => wanted(event) && finish(true);
      const timer = setTimeout(() => finish(false), timeouts.actionMs).unref();
      eventListeners.add(listener);
    });
  }

  return {
    start: kept.start,
    async stop() {
      tracker.stop();
      await kept.stop();
    },
    state: kept.state,
    whenBooted: kept.whenBooted,
    onState: kept.onState,
    originate(request, mayStillSend) {
      return placeOriginate(request, mayStillSend, {
        connection: kept.current(),
        sentIds,
        isFollowed: (channelId) => tracker.find(channelId) !== undefined,
        follow({ channelId, timeoutMs, dialString }, actionId) {
          const isLocal = dialString.startsWith('Local/');
          const ask = () => askState(channelId);
          return tracker.follow(
            { channelId, ringLimitMs: timeoutMs, isLocal, timeouts, log, askState: ask },
            actionId,
          );
        },
      });
    },
    async adopt(channelId) {
      if (!isUuid(channelId)) throw new Error('only an attempt id can be adopted');
      if (adoptions.has(channelId)) return adopt(channelId);
      return tracker.find(channelId)?.call ?? (await adopt(channelId));
    },
    async liveChannelIds() {
      return new Set((await listLiveChannels(booted())).keys());
    },
    async serverInfo() {
      const startedAtMs = restarts.startedAtMs();
      const ageMs = startedAtMs === null ? null : performance.now() - startedAtMs;
      const startedAt = ageMs === null ? null : new Date(Date.now() - ageMs).toISOString();
      return askServerInfo(booted(), startedAt);
    },
    async ping() {
      const from = performance.now();
      await booted().ask('Ping');
      return performance.now() - from;
    },
    async checkRights() {
      const connection = kept.current();
      if (!connection?.isLoggedIn()) throw new NotReachableError(`the PBX link is ${kept.state()}`);
      return { missing: await findMissingRights(connection, hears) };
    },
    counters: () => ({ connections: kept.opened(), malformed, callsFollowed: tracker.count() }),
  };
}

function connectTo(address: { host: string; port: number }, tls: TlsOptions | null): net.Socket {
  return tls === null ? net.createConnection(address) : openTlsSocket(address, tls);
}

export type { AmiLog, OngoingCall, OriginateRequest, PbxLinkState };
