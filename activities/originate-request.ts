import { buildDialString } from '../ami/dial-string.ts';
import type { OriginateRequest } from '../ami/originate-request.ts';
import type { Claim } from '../db/claim-details.ts';
import type { ConnectTarget } from '../domain/campaign-settings.ts';
import type { EvidenceEvent } from '../domain/evidence.ts';
import { formatForTrunk } from '../domain/phone-number.ts';
import type { TrunkDeps } from './trunk-deps.ts';

/** Seconds an assigned agent's phone rings before the call goes to the campaign's own target. */
const agentRingSeconds = 20;

/** This claim cannot be made into an Originate, now or later; nothing was sent. */
export class UnfitToSendError extends Error {
  readonly code = 'unfit_to_send';
}

/** The Originate of a claimed attempt; its channel id is the attempt id. */
export function originateRequest(
  claim: Claim,
  { trunk, agents }: Pick<TrunkDeps, 'trunk' | 'agents'>,
): OriginateRequest {
  const { settings } = claim;
  return {
    channelId: claim.attemptId,
    dialString: buildDialString(
      trunk.dialString,
      formatForTrunk(claim.number, trunk.numberFormat, settings.defaultCountry),
    ),
    timeoutMs: settings.ringTimeoutMs,
    callerId: settings.callerId,
    ...whereAnAnswerGoes(claim, agents),
  };
}

/** What the Originate of this claim asks for: the first evidence of its attempt. */
export function orderedOf({ claimedAt, assignedAgent, settings }: Claim): EvidenceEvent {
  return {
    kind: 'ordered',
    at: claimedAt,
    connect: settings.connect.kind,
    agentFirst: assignedAgent !== null,
    machine: settings.answeringMachine?.action ?? 'off',
  };
}

type Destination = Pick<OriginateRequest, 'connect' | 'variables'>;

/**
 * The campaign's own target; or the agent that the contact is assigned to, whom the shipped dialplan
 * rings for 20 s before it goes on to the campaign's target. Where machines are listened for, the
 * shipped dialplan does that first.
 */
function whereAnAnswerGoes(claim: Claim, agents: TrunkDeps['agents']): Destination {
  const { answeringMachine } = claim.settings;
  const destination = wherePeopleGo(claim, agents);
  if (answeringMachine === null) return destination;
  const { action } = answeringMachine;
  return {
    connect: shippedContext('dialer-amd'),
    variables: {
      ...destination.variables,
      DIALER_MACHINE: action,
      ...(action === 'message' ? { DIALER_MESSAGE: answeringMachine.message } : {}),
      DIALER_CONNECT:
        claim.assignedAgent === null ? addressOf(claim.settings.connect, agents) : 's@dialer-agent',
    },
  };
}

function wherePeopleGo(
  { attemptId, assignedAgent, settings }: Claim,
  agents: TrunkDeps['agents'],
): Destination {
  const variables = { DIALER_ATTEMPT_ID: attemptId };
  if (assignedAgent === null)
    return { connect: connectAction(settings.connect, agents), variables };
  return {
    connect: shippedContext('dialer-agent'),
    variables: {
      ...variables,
      DIALER_AGENT: endpointOf(assignedAgent, agents),
      DIALER_FALLBACK: addressOf(settings.connect, agents),
    },
  };
}

function shippedContext(context: string): OriginateRequest['connect'] {
  return { kind: 'extension', context, extension: 's', priority: 1 };
}

function endpointOf(name: string, agents: TrunkDeps['agents']): string {
  const agent = Object.hasOwn(agents, name) ? agents[name] : undefined;
  if (agent === undefined) throw new UnfitToSendError('an agent that is not configured');
  return agent.endpoint;
}

/** The campaign's target as `extension@context`, since no comma travels in a variable over AMI. */
function addressOf(target: ConnectTarget, agents: TrunkDeps['agents']): string {
  switch (target.kind) {
    case 'context':
      return `${target.extension}@${target.context}`;
    case 'queue':
      return `queue_${target.queue}@dialer-connect`;
    case 'play':
      return `play_${target.sound}@dialer-connect`;
    case 'agent':
      return `agent_${endpointOf(target.agent, agents)}@dialer-connect`;
  }
}

function connectAction(
  target: ConnectTarget,
  agents: TrunkDeps['agents'],
): OriginateRequest['connect'] {
  switch (target.kind) {
    case 'context':
      return {
        kind: 'extension',
        context: target.context,
        extension: target.extension,
        priority: 1,
      };
    case 'queue':
      return { kind: 'application', application: 'Queue', data: target.queue };
    case 'play':
      return { kind: 'application', application: 'Playback', data: target.sound };
    case 'agent': {
      const data = `${endpointOf(target.agent, agents)},${agentRingSeconds}`;
      return { kind: 'application', application: 'Dial', data };
    }
  }
}
