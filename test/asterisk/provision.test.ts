import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pickDebianMirror } from '../../asterisk/provision/debian-mirror.ts';
import { findInstalledAsterisk } from '../../asterisk/provision/find-installed-asterisk.ts';
import { startAsterisk } from '../../asterisk/provision/start-asterisk.ts';

describe('where Asterisk comes from', () => {
  it('is the Debian mirror that apt uses here', () => {
    const addresses = [
      'https://packages.example.com/apt/',
      'http://mirror.example.com/debian-security/',
      'http://mirror.example.com/debian/',
      'http://other.example.com/debian/',
    ];
    assert.equal(pickDebianMirror(addresses), 'http://mirror.example.com/debian');
  });

  it('has to be named on a system that knows none', () => {
    const addresses = ['http://mirror.example.com/ubuntu/', ''];
    assert.throws(() => pickDebianMirror(addresses), {
      code: 'ASTERISK_UNAVAILABLE',
      message: /DIALER_DEBIAN_MIRROR/,
    });
  });

  it('is nowhere in a data folder without one', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'dialer-provision-'));
    t.after(() => rmSync(folder, { recursive: true }));
    assert.equal(findInstalledAsterisk(folder), null);
  });

  it('must be a path that a dialplan can hold', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'dialer-provision-'));
    t.after(() => rmSync(folder, { recursive: true }));
    await assert.rejects(startAsterisk({ root: folder, runDir: join(folder, 'a,b') }), {
      code: 'ASTERISK_UNAVAILABLE',
      message: /cannot handle ","/,
    });
  });
});
