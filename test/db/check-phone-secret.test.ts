import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkPhoneSecret } from '../../db/check-phone-secret.ts';
import { phoneSecretFingerprint } from '../../domain/phone-key.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const first = phoneSecretFingerprint(Buffer.alloc(32, 1));
const other = phoneSecretFingerprint(Buffer.alloc(32, 2));

describe('the phone secret of a database', () => {
  let test: TestDatabase;
  before(async () => (test = await createTestDatabase()));
  after(() => test.drop());

  it('is the first one that is used, of many at once, and no other ever after', async () => {
    const together = [first, first, first].map((each) => checkPhoneSecret(test.db, each));
    await Promise.all(together);
    await assert.rejects(checkPhoneSecret(test.db, other), { code: 'PHONE_SECRET_DIFFERS' });
    await checkPhoneSecret(test.db, first);
  });

  it('is not told by its fingerprint', () => {
    assert.match(first, /^[0-9a-f]{16}$/);
    assert.notEqual(first, other);
  });
});
