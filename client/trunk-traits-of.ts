import type { TrunkTraits } from '../domain/trunk-traits.ts';
import type { DialerConfig } from '../runtime/config.ts';

/**
 * What classification needs to know of each trunk, by name: as dialer.yaml says today, and for the
 * embedded trunks of `dialer up`, which it does not name, as an Asterisk is by default.
 */
export function trunkTraitsOf(
  { pbxs, trunks }: Pick<DialerConfig, 'pbxs' | 'trunks'>,
  names: readonly string[],
): ReadonlyMap<string, TrunkTraits> {
  return new Map(
    names.map((name) => {
      const trunk = trunks[name];
      const pbx = trunk === undefined ? undefined : pbxs[trunk.pbx];
      const reasonDialect = pbx?.reasonDialect ?? 'asterisk';
      return [name, { reasonDialect, reportsRinging: trunk?.ringing ?? true }];
    }),
  );
}
