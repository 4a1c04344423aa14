import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { phoneKey } from '../../domain/phone-key.ts';

const secret = new TextEncoder().encode('a secret outside the database');

describe('phoneKey', () => {
  it('is the same for all forms of one phone', () => {
    assert.equal(phoneKey('+5215512345678', secret), phoneKey('+525512345678', secret));
    assert.equal(phoneKey('+5491123456789', secret), phoneKey('+541123456789', secret));
  });

  it('differs by phone and by secret, and shows nothing of the number', () => {
    const key = phoneKey('+525512345678', secret);
    assert.match(key, /^[0-9a-f]{64}$/);
    assert.notEqual(key, phoneKey('+525512345679', secret));
    assert.notEqual(key, phoneKey('+525512345678', new Uint8Array(32)));
    assert.ok(!key.includes('12345678'));
  });

  it('does not change between versions: keys are stored', () => {
    const stored = '7866d4c262415164a37762b93ab27ca2f9efa10a7a8af27751fcb1a298ef4a89';
    assert.equal(phoneKey('+525512345678', secret), stored);
  });
});
