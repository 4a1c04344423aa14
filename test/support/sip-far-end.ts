import { randomUUID } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { startInvite, type InviteTransaction } from './sip-far-end-invite.ts';
import {
  buildResponse,
  joinMessage,
  parseMessage,
  tagOf,
  userOf,
  valueOf,
  whatOf,
  type SipMessage,
} from './sip-far-end-message.ts';
import { openFarEndRecord, type FarEndRecord, type WritableRecord } from './sip-far-end-record.ts';
import type { FarEndScript } from './sip-far-end-script.ts';

/**
 * A carrier that is no Asterisk: a SIP user agent server over UDP on loopback that does what a script says,
 * the forbidden and the broken included, and keeps its own record of every message. The number dialled
 * chooses the script; any other number does not exist (404).
 */
export interface SipFarEnd {
  readonly port: number;
  readonly record: FarEndRecord;
  stop(): Promise<void>;
}

/** Starts one on a free port. */
export async function startSipFarEnd(
  scriptOf: (number: string) => FarEndScript | undefined,
): Promise<SipFarEnd> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const record = openFarEndRecord();
  const world: World = { socket, record, scriptOf, calls: new Map(), seen: new Map() };
  socket.on('message', (datagram, from) => hear(world, datagram.toString(), from));
  return {
    port: socket.address().port,
    record,
    async stop() {
      for (const call of world.calls.values()) call.invites.forEach((invite) => invite.stop());
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

interface World {
  readonly socket: Socket;
  readonly record: WritableRecord;
  readonly scriptOf: (number: string) => FarEndScript | undefined;
  readonly calls: Map<string, Call>;
  /** Requests that have come, by branch and method, with the response that a repeated one gets again. */
  readonly seen: Map<string, string | null>;
}

interface Call {
  readonly number: string;
  readonly script: FarEndScript;
  readonly request: SipMessage;
  /** By branch: an INVITE that answers a challenge is another one of the same call. */
  readonly invites: Map<string, InviteTransaction>;
}

const unknownNumber: FarEndScript = {
  invites: [[{ kind: 'respond', code: 404, tag: 'a', headers: [], sdp: 'none' }]],
};

function hear(world: World, datagram: string, from: RemoteInfo): void {
  const message = parseMessage(datagram);
  if (message === null) return;
  const what = whatOf(message);
  const callId = valueOf(message, 'Call-ID');
  const number = world.calls.get(callId)?.number ?? userOf(message);
  // Each 2xx again is answered by an ACK again, with another branch (RFC 3261, 13.2.2.4).
  const key =
    what === 'ACK'
      ? `${callId} ${valueOf(message, 'CSeq')} ${ownTag(message)}`
      : `${branchOf(message)} ${what}`;
  const repeated = world.seen.has(key);
  note(world, 'received', message, number, repeated);
  if (message.startLine.startsWith('SIP/2.0')) return;
  const again = world.seen.get(key);
  if (again) return world.socket.send(again, from.port, from.address);
  world.seen.set(key, null);
  takeRequest(world, message, from, repeated);
}

function takeRequest(world: World, message: SipMessage, from: RemoteInfo, repeated: boolean): void {
  const call = world.calls.get(valueOf(message, 'Call-ID'));
  const invite = call?.invites.get(branchOf(message));
  const toTag = ownTag(message);
  switch (whatOf(message)) {
    case 'INVITE':
      return invite && repeated ? invite.repeat() : takeInvite(world, message, from);
    case 'ACK':
      // That of a 2xx has a branch of its own (RFC 3261, 13.2.2.4).
      return call?.invites.forEach((each) => each.ack(toTag));
    case 'PRACK':
      reply(world, message, from, call ? 200 : 481);
      return call?.invites.forEach((each) => each.prack());
    case 'CANCEL':
      if (invite && call) return invite.cancel(message, call.script.onCancel ?? '487');
      return reply(world, message, from, 481);
    case 'BYE':
      if (call?.script.answersBye === false) return;
      return reply(world, message, from, call ? 200 : 481);
    default:
      return reply(world, message, from, 200);
  }
}

function takeInvite(world: World, request: SipMessage, from: RemoteInfo): void {
  const callId = valueOf(request, 'Call-ID');
  const call = world.calls.get(callId) ?? newCall(world, request);
  world.calls.set(callId, call);
  const { number, script, invites } = call;
  const sentBefore = new Set<string>();
  const send = (text: string) => {
    const { port, address } = from;
    const message = parseMessage(text);
    if (message) note(world, 'sent', message, number, sentBefore.has(text));
    sentBefore.add(text);
    world.socket.send(text, port, address);
  };
  const { port } = world.socket.address();
  const here = `127.0.0.1:${port}`;
  const invite = startInvite({
    request,
    number,
    steps: script.invites[invites.size] ?? script.invites.at(-1) ?? [],
    here,
    send,
    sendBye: (tag, headers) => send(buildBye(call, tag, here, headers)),
  });
  invites.set(branchOf(request), invite);
}

function newCall(world: World, request: SipMessage): Call {
  const number = userOf(request);
  const script = world.scriptOf(number) ?? unknownNumber;
  return { number, script, request, invites: new Map() };
}

function reply(world: World, request: SipMessage, from: RemoteInfo, code: number): void {
  const parts = { code, phrase: 'Scripted', toTag: 'a', headers: [], body: '' };
  const text = buildResponse(request, parts);
  world.seen.set(`${branchOf(request)} ${whatOf(request)}`, text);
  const message = parseMessage(text);
  const call = world.calls.get(valueOf(request, 'Call-ID'));
  if (message) note(world, 'sent', message, call?.number ?? userOf(request), false);
  world.socket.send(text, from.port, from.address);
}

// The other way round: what was To is From now (RFC 3261, 12.2.1.1).
function buildBye({ request }: Call, tag: string, here: string, headers: readonly string[]) {
  const target = /<([^>]+)>/.exec(valueOf(request, 'Contact'))?.[1] ?? '';
  return joinMessage(`BYE ${target} SIP/2.0`, [
    `Via: SIP/2.0/UDP ${here};branch=z9hG4bK${randomUUID()}`,
    'Max-Forwards: 70',
    `From: ${valueOf(request, 'To')};tag=${tag}`,
    `To: ${valueOf(request, 'From')}`,
    `Call-ID: ${valueOf(request, 'Call-ID')}`,
    'CSeq: 1 BYE',
    ...headers,
  ]);
}

function note(
  { record }: World,
  direction: 'received' | 'sent',
  message: SipMessage,
  number: string,
  repeated: boolean,
): void {
  record.write({
    direction,
    what: whatOf(message),
    number,
    callId: valueOf(message, 'Call-ID'),
    cseq: valueOf(message, 'CSeq'),
    toTag: ownTag(message),
    reason: valueOf(message, 'Reason') || null,
    startLine: message.startLine,
    repeated,
  });
}

const branchOf = (message: SipMessage): string =>
  /;\s*branch=([^;,\s]+)/.exec(valueOf(message, 'Via'))?.[1] ?? '';

const ownTag = (message: SipMessage): string | null => tagOf(valueOf(message, 'To'));
