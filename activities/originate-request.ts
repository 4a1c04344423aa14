import { buildDialString } from '../ami/dial-string.ts';
import type { OriginateRequest } from '../ami/originate-request.ts';
import type { Claim } from '../db/claim-details.ts';
import type { ConnectTarget } from '../domain/campaign-settings.ts';
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
  const assigned = claim.assignedAgent === null ? undefined : agents[claim.assignedAgent];
  return {
    channelId: claim.attemptId,
    dialString: buildDialString(
      trunk.dialString,
      formatForTrunk(claim.number, trunk.numberFormat, settings.defaultCountry),
    ),
    timeoutMs: settings.ringTimeoutMs,
    callerId: settings.callerId,
    connect: connectAction(settings.connect, agents),
    variables: {
      DIALER_ATTEMPT_ID: claim.attemptId,
      ...(assigned === undefined ? {} : { DIALER_AGENT: assigned.endpoint }),
    },
  };
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
      const agent = agents[target.agent];
      if (agent === undefined) throw new UnfitToSendError('an agent that is not configured');
      return {
        kind: 'application',
        application: 'Dial',
        data: `${agent.endpoint},${agentRingSeconds}`,
      };
    }
  }
}
