import type net from 'node:net';
import type { AmiLog } from './ami-log.ts';
import type { AmiTimeouts } from './ami-timeouts.ts';
import type { OngoingCall } from './ongoing-call.ts';
import type { OriginateRequest } from './originate-request.ts';

export interface PbxLinkOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
  readonly log: AmiLog;
  /** Makes the socket of each connection; by default plain TCP to host and port. */
  readonly connect?: () => net.Socket;
  readonly timeouts?: Partial<AmiTimeouts>;
}

/**
 * - `down`: not started, stopped, or waiting before the next try.
 * - `connecting`: from the first packet until the PBX said FullyBooted.
 * - `booted`: calls can be placed.
 * - `refused`: the login was refused; tried again once a minute.
 */
export type PbxLinkState = 'down' | 'connecting' | 'booted' | 'refused';

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

export interface PbxServerInfo {
  /** As the PBX says it, such as `22.10.1`. */
  readonly version: string;
  /** ISO 8601 UTC, to about a second; null when the PBX does not tell its uptime. */
  readonly startedAt: string | null;
  /** Calls in progress, other people's included; null when not told. */
  readonly currentCalls: number | null;
}

export interface PbxLinkCounters {
  readonly connections: number;
  /** Items of the PBX that could not be read and were ignored. */
  readonly malformed: number;
  readonly callsFollowed: number;
}

/** A link to one PBX; does nothing before start(). */
export function createPbxLink(_options: PbxLinkOptions): PbxLink {
  throw new Error('not implemented yet');
}

export type { AmiLog, AmiTimeouts, OngoingCall, OriginateRequest };
