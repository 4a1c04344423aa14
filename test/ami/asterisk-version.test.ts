import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { advisories, endOfLife, releasesKnownAt } from '../../ami/asterisk-releases.ts';
import {
  endedAt,
  isAtLeast,
  openAdvisories,
  parseAsteriskVersion,
  type AsteriskVersion,
} from '../../ami/asterisk-version.ts';

function version(text: string): AsteriskVersion {
  const parsed = parseAsteriskVersion(text);
  assert.ok(parsed, text);
  return parsed;
}

function openFor(text: string): string[] {
  return openAdvisories(version(text)).map(({ id }) => id);
}

const [originate, getConfig, files, lists, http] = advisories.map(({ id }) => id);

describe('the version of an Asterisk', () => {
  it('is read with what distributions add', () => {
    const plain = { major: 22, minor: 10, patch: 1, certified: null };
    assert.deepEqual(version('22.10.1+dfsg+~cs6.17.60671434-1'), plain);
    assert.deepEqual(version('22.10.1-simulated'), plain);
    assert.deepEqual(version('18.10.0~dfsg+~cs6.10.40431411-2').patch, 0);
    assert.deepEqual(version('certified/18.9-cert11'), {
      major: 18,
      minor: 9,
      patch: 0,
      certified: 11,
    });
    assert.equal(version('certified-20.7-cert2').certified, 2);
    assert.equal(version('16.3-cert1').certified, 1);
  });

  it('is unknown when it is no release', () => {
    for (const text of ['GIT-master-1a2b3c', 'SVN-trunk-r1', '', 'unknown', '22']) {
      assert.equal(parseAsteriskVersion(text), null, text);
    }
  });

  it('is compared by numbers', () => {
    assert.equal(isAtLeast(version('12.10.0'), 12, 2), true);
    assert.equal(isAtLeast(version('12.1.9'), 12, 2), false);
    assert.equal(isAtLeast(version('13.13.0'), 13, 13), true);
    assert.equal(isAtLeast(version('11.25.3'), 12, 2), false);
  });

  it('is out of support from the day after its branch ended', () => {
    assert.equal(endedAt(version('18.26.4'), '2025-10-20'), null);
    assert.equal(endedAt(version('18.26.4'), '2025-10-21'), '2025-10-20');
    assert.equal(endedAt(version('16.30.1'), releasesKnownAt), '2023-10-09');
    assert.equal(endedAt(version('21.12.3'), releasesKnownAt), '2026-10-18');
    for (const text of ['20.20.1', '22.10.1', '23.4.1', '24.0.0']) {
      assert.equal(endedAt(version(text), releasesKnownAt), null, text);
    }
    assert.notEqual(endedAt(version('11.25.3'), releasesKnownAt), null);
  });

  const cases: [string, (string | undefined)[]][] = [
    ['13.29.1', [originate, getConfig, files, lists, http]],
    ['13.29.2', [getConfig, files, lists, http]],
    ['15.7.4', [originate, getConfig, files, lists, http]],
    ['16.6.1', [originate, getConfig, files, lists, http]],
    ['16.30.1', [files, lists, http]],
    ['18.15.0', [getConfig, files, lists, http]],
    ['18.24.1', [files, lists, http]],
    ['18.26.4', [http]],
    ['20.9.2', [lists, http]],
    ['20.20.1', []],
    ['22.0.0', [lists, http]],
    ['22.10.0', [http]],
    ['22.10.1', []],
    ['23.4.0', [http]],
    ['24.0.0', []],
    ['certified/18.9-cert10', [files, lists, http]],
    ['certified/18.9-cert17', [http]],
    ['certified/20.7-cert11', []],
    ['certified/22.8-cert2', [http]],
  ];
  for (const [text, open] of cases) {
    it(`${text} is open to ${open.join(', ') || 'none we know of'}`, () => {
      assert.deepEqual(openFor(text), open);
    });
  }

  it('has a table of real versions and days', () => {
    for (const day of [releasesKnownAt, ...endOfLife.values()])
      assert.match(day, /^20\d\d-\d\d-\d\d$/);
    for (const { fixedIn, fixedInCertified } of advisories) {
      for (const text of fixedIn) assert.equal(version(text).certified, null);
      for (const text of fixedInCertified) assert.notEqual(version(text).certified, null);
    }
  });
});
