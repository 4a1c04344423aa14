import type { KnownNames } from '../domain/campaign-file.ts';
import type { DialerConfig } from '../runtime/config.ts';

/** What a campaign file may name. Rule packs are read when the first campaign asks for one. */
export function knownNames(
  config: Pick<DialerConfig, 'agents' | 'calendars' | 'rulePacks'>,
  trunks: readonly string[],
): KnownNames {
  return {
    trunks,
    agents: Object.keys(config.agents),
    calendars: config.calendars,
    get rulePacks() {
      return config.rulePacks;
    },
  };
}
