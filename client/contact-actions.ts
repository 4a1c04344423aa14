/** What people do to one contact by hand: one verb each, all through actOnContact. */
import { noteAuditApplied, writeAudit } from '../db/audit-log.ts';
import type { ContactDetails } from '../db/show-contact.ts';
import { addSuppressions } from '../db/suppressions.ts';
import { NotFoundError, RefusedError } from '../domain/errors.ts';
import { phoneKey } from '../domain/phone-key.ts';
import {
  callNowUpdate,
  cancelUpdate,
  reassignUpdate,
  rescheduleUpdate,
  suppressUpdate,
  type ManualActionResult,
  type ReassignMessage,
} from '../workflows/messages.ts';
import { actOnContact, findContact } from './act-on-contact.ts';
import type { ClientDeps } from './client-deps.ts';
import type { DialerClient, Why } from './dialer-client.ts';
import { requireCampaign } from './require-campaign.ts';

type Target = Parameters<DialerClient['reassignContact']>[1];

/** @throws NotFoundError `CAMPAIGN_NOT_FOUND` `AGENT_NOT_FOUND`, RefusedError `SAME_CAMPAIGN` */
export async function reassignContact(
  deps: ClientDeps,
  id: string,
  { to, why }: { readonly to: Target; readonly why: Why },
): Promise<ManualActionResult> {
  const { campaign } = await findContact(deps, id);
  if ('campaign' in to && to.campaign === campaign) {
    throw new RefusedError('SAME_CAMPAIGN', `The contact is in ${campaign} already.`);
  }
  const target = await resolveTarget(deps, to);
  return actOnContact(deps, id, {
    action: 'contact.reassign',
    update: reassignUpdate,
    message: (auditId) => ({ auditId, to: target }),
    why,
    details: { to },
  });
}

async function resolveTarget(deps: ClientDeps, to: Target): Promise<ReassignMessage['to']> {
  if ('campaign' in to) return { campaignId: (await requireCampaign(deps, to.campaign)).id };
  if (deps.known.agents.includes(to.agent)) return to;
  const name = JSON.stringify(to.agent);
  throw new NotFoundError('AGENT_NOT_FOUND', `There is no agent ${name} in dialer.yaml.`);
}

export async function callContactNow(
  deps: ClientDeps,
  id: string,
  why: Why,
): Promise<ManualActionResult> {
  return actOnContact(deps, id, {
    action: 'contact.callNow',
    update: callNowUpdate,
    message: (auditId) => ({ auditId }),
    why,
  });
}

export async function cancelContact(
  deps: ClientDeps,
  id: string,
  why: Why,
): Promise<ManualActionResult> {
  return actOnContact(deps, id, {
    action: 'contact.cancel',
    update: cancelUpdate,
    message: (auditId) => ({ auditId }),
    why,
  });
}

export async function rescheduleContact(
  deps: ClientDeps,
  id: string,
  { at, why }: { readonly at: Date; readonly why: Why },
): Promise<ManualActionResult> {
  return actOnContact(deps, id, {
    action: 'contact.reschedule',
    update: rescheduleUpdate,
    message: (auditId) => ({ auditId, at: at.toISOString() }),
    why,
    details: { at: at.toISOString() },
  });
}

/** A settled contact has no workflow to tell; its numbers go on the list all the same. */
export async function suppressContact(
  deps: ClientDeps,
  id: string,
  why: Why,
): Promise<ManualActionResult> {
  const contact = await findContact(deps, id);
  if (contact.callStatus !== null) return suppressNumbers(deps, contact, why);
  try {
    return await actOnContact(deps, id, {
      action: 'contact.suppress',
      update: suppressUpdate,
      message: (auditId) => ({ auditId }),
      why,
    });
  } catch (error) {
    // Settled meanwhile.
    if (!(error instanceof RefusedError) || error.code !== 'contact_settled') throw error;
    return suppressNumbers(deps, contact, why);
  }
}

async function suppressNumbers(
  deps: ClientDeps,
  contact: ContactDetails,
  why: Why,
): Promise<ManualActionResult> {
  const secret = await deps.phoneSecret();
  const numbers = contact.numbers.map(({ number }) => ({
    e164: number,
    phoneKey: phoneKey(number, secret),
  }));
  await addSuppressions(deps.db, { campaignId: null, source: 'manual', numbers });
  const auditId = await writeAudit(deps.db, {
    actor: deps.actor,
    action: 'contact.suppress',
    campaignId: contact.campaignId,
    contactId: contact.contactId,
    reason: why.reason ?? null,
  });
  await noteAuditApplied(deps.db, auditId, {});
  return { applied: 'at_once' };
}
