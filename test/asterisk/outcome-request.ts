import { randomUUID } from 'node:crypto';
import { orderedOf, originateRequest } from '../../activities/originate-request.ts';
import type { OriginateRequest } from '../../ami/originate-request.ts';
import { numberFor } from '../../asterisk/outcome-plan.ts';
import type { Order, Outcome } from '../../asterisk/plan/outcome.ts';
import type { Claim } from '../../db/claim-details.ts';
import type { AnsweringMachine, ConnectTarget } from '../../domain/campaign-settings.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import { campaignSettings } from '../support/campaign-fixture.ts';

const ringTimeoutMs = 5_000;

/** What the engine sends for a campaign that asks for this outcome, and the evidence it begins with. */
export interface OutcomeRequest {
  readonly request: OriginateRequest;
  readonly ordered: EvidenceEvent;
}

/** The Originate of a row, made as the engine makes it; only the dial string is the row's own. */
export function outcomeRequest(outcome: Outcome): OutcomeRequest {
  const { order } = outcome;
  const claim = claimFor(order);
  const request = originateRequest(claim, {
    trunk: {
      name: 'carrier',
      dialString: 'PJSIP/{number}@carrier',
      numberFormat: 'digits',
      reasonDialect: 'asterisk',
      reportsRinging: true,
    },
    agents: {
      assigned: { endpoint: order.assignedAgent ?? '' },
      connected: { endpoint: order.target },
    },
  });
  const dialString = order.dialString.replace('{number}', numberFor(outcome));
  return { request: { ...request, dialString }, ordered: orderedOf(claim) };
}

function claimFor(order: Order): Claim {
  const connect = connectTarget(order);
  const answeringMachine = machineSettings(order);
  return {
    attemptId: randomUUID(),
    number: '+525557000200',
    assignedAgent: order.assignedAgent === null ? null : 'assigned',
    claimedAt: new Date().toISOString(),
    settings: campaignSettings({ connect, answeringMachine, ringTimeoutMs }),
  } as unknown as Claim;
}

function connectTarget({ connect, target }: Order): ConnectTarget {
  const at = target.lastIndexOf('@');
  switch (connect) {
    case 'context':
      return { kind: connect, extension: target.slice(0, at), context: target.slice(at + 1) };
    case 'queue':
      return { kind: connect, queue: target };
    case 'play':
      return { kind: connect, sound: target };
    case 'agent':
      return { kind: connect, agent: 'connected' };
  }
}

function machineSettings({ machine }: Order): AnsweringMachine | null {
  if (machine === 'off') return null;
  return machine === 'message' ? { action: machine, message: 'hello-world' } : { action: machine };
}
