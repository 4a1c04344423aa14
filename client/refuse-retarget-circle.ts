import type { CampaignRecord } from '../db/campaigns.ts';
import type { CampaignSettings } from '../domain/campaign-settings.ts';
import { ConfigError } from '../domain/errors.ts';
import { findRetargetCircle } from '../domain/retarget-circle.ts';

/**
 * Retarget rules must lead to campaigns that exist, and never in a circle.
 * @throws ConfigError
 */
export function refuseRetargetCircle(
  settings: CampaignSettings,
  campaigns: readonly CampaignRecord[],
): void {
  const others = campaigns.filter(({ name }) => name !== settings.name);
  const names = new Set(others.map(({ name }) => name));
  const faults = settings.retarget.flatMap(({ to }, index) =>
    to.kind === 'campaign' && !names.has(to.campaign)
      ? [
          {
            path: `retarget[${index}].to.campaign`,
            message: `there is no campaign ${to.campaign}: create it first`,
          },
        ]
      : [],
  );
  const circle = findRetargetCircle(
    [settings, ...others.map((other) => other.settings)].map(({ name, retarget }) => ({
      name,
      targets: retarget.flatMap(({ to }) => (to.kind === 'campaign' ? [to.campaign] : [])),
    })),
  );
  if (circle !== null) {
    faults.push({ path: 'retarget', message: `the rules form a circle: ${circle.join(' → ')}` });
  }
  if (faults.length > 0) throw new ConfigError(faults);
}
