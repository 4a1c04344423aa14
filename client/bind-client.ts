import { listAttempts } from '../db/attempts-list.ts';
import { listNumbers } from '../db/numbers-list.ts';
import { campaignReport } from '../db/report.ts';
import { importContacts } from '../imports/import-contacts.ts';
import { campaignStatus, listCampaigns } from './campaign-status.ts';
import { changeCampaignState } from './change-campaign-state.ts';
import { changeSettings } from './change-settings.ts';
import type { ClientDeps } from './client-deps.ts';
import * as contact from './contact-actions.ts';
import { createCampaign } from './create-campaign.ts';
import type { DialerClient, Period } from './dialer-client.ts';
import { reclassifyAttempts } from './reclassify-attempts.ts';
import { recycleCampaign } from './recycle-campaign.ts';
import { requireCampaign } from './require-campaign.ts';
import { showContact } from './show-contact.ts';
import { startCampaign } from './start-campaign.ts';
import * as suppressions from './suppressions.ts';
import { waitUntilSettled } from './wait-until-settled.ts';

/** The verbs of the client over one set of connections. */
export function bindClient(deps: ClientDeps, close: () => Promise<void>): DialerClient {
  const changeState = (name: string, verb: 'pause' | 'resume' | 'cancel', why = {}) =>
    changeCampaignState(deps, name, { verb, why });
  return {
    createCampaign: (file) => createCampaign(deps, file),
    listCampaigns: () => listCampaigns(deps),
    startCampaign: (name) => startCampaign(deps, name),
    waitUntilSettled: (name, options) => waitUntilSettled(deps, name, options),
    pauseCampaign: (name, why) => changeState(name, 'pause', why),
    resumeCampaign: (name, why) => changeState(name, 'resume', why),
    cancelCampaign: (name, why) => changeState(name, 'cancel', why),
    changeSettings: (name, file, why = {}) => changeSettings(deps, name, { file, why }),
    campaignStatus: (name) => campaignStatus(deps, name),
    recycleCampaign: (name, options) => recycleCampaign(deps, name, options),

    async importContacts(name, file, { onFault = () => {} } = {}) {
      const { id, settings } = await requireCampaign(deps, name);
      const { db, phoneSecret } = deps;
      const { defaultCountry } = settings;
      const target = { db, campaignId: id, phoneSecret: await phoneSecret(), defaultCountry };
      return importContacts({ ...target, file, onFault });
    },
    showContact: (id) => showContact(deps, id),
    reassignContact: (id, to, why) => contact.reassignContact(deps, id, { to, why }),
    callContactNow: (id, why = {}) => contact.callContactNow(deps, id, why),
    cancelContact: (id, why = {}) => contact.cancelContact(deps, id, why),
    suppressContact: (id, why = {}) => contact.suppressContact(deps, id, why),
    rescheduleContact: (id, at, why = {}) => contact.rescheduleContact(deps, id, { at, why }),

    async *numbers(name) {
      yield* listNumbers(deps.db, (await requireCampaign(deps, name)).id);
    },
    async *attempts(name) {
      yield* listAttempts(deps.db, (await requireCampaign(deps, name)).id);
    },
    reclassifyAttempts: (name, options) => reclassifyAttempts(deps, name, options),
    async report(name, period = {}) {
      return campaignReport(deps.db, (await requireCampaign(deps, name)).id, isoPeriod(period));
    },

    addSuppressions: (numbers, scope) => suppressions.addSuppressions(deps, numbers, scope),
    removeSuppressions: (numbers, scope) => suppressions.removeSuppressions(deps, numbers, scope),
    importSuppressions: (file, options) => suppressions.importSuppressions(deps, file, options),
    checkSuppressions: (numbers, scope) => suppressions.checkSuppressions(deps, numbers, scope),
    listSuppressions: (options) => suppressions.listSuppressions(deps, options),
    suppressionLists: () => suppressions.suppressionLists(deps),
    close,
  };
}

function isoPeriod({ from, to }: Period): { from?: string; to?: string } {
  return {
    ...(from === undefined ? {} : { from: from.toISOString() }),
    ...(to === undefined ? {} : { to: to.toISOString() }),
  };
}
