/**
 * What a campaign will do, by the rules that decide on real calls, on a virtual clock. Events in order of
 * time stand for timers, trunks and the ends of calls; whatever they lead to is decided by judgeClaim,
 * decideNext and feedCapacity. Nothing is random but what the seed says, and no time passes.
 *
 * It takes every number for one that was never dialled and is not suppressed, the trunks for this
 * campaign's alone, and somebody to be there for every answered call.
 */
import { createCampaignRun } from './campaign-run.ts';
import { createForecastTally } from './forecast-tally.ts';
import { assumptionsOf, type ForecastPlan } from './forecast-plan.ts';
import type { Forecast } from './forecast.ts';

export function forecastCampaign(plan: ForecastPlan): Forecast {
  const { settings, start, seed } = plan;
  const tally = createForecastTally(plan.contacts, settings.timeZone);
  const run = createCampaignRun(plan, tally);
  while (run.step());
  run.tellWaits();
  return {
    campaign: settings.name,
    startsAt: start.toISOString(),
    seed,
    ...tally.result(),
    assumed: assumptionsOf(plan),
  };
}
