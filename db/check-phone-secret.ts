import type { Database } from './open-database.ts';

/**
 * Lets pass only the secret that this database's phone keys are made with; the first one that is
 * ever used becomes it. Throws `PHONE_SECRET_DIFFERS`.
 */
export async function checkPhoneSecret(db: Database, fingerprint: string): Promise<void> {
  const { rows } = await db.raw<{ rows: { fingerprint: string }[] }>(
    `with first as (
       insert into phone_secret (fingerprint) values (:fingerprint)
       on conflict (only_one) do update set fingerprint = phone_secret.fingerprint
       returning fingerprint
     )
     select fingerprint from first`,
    { fingerprint },
  );
  if (rows[0]?.fingerprint === fingerprint) return;
  const message =
    'the phone secret here is not the one this database was filled with: copy phone.secret from the' +
    ' data folder of the first host, or name it by DIALER_PHONE_SECRET_FILE';
  throw Object.assign(new Error(message), { code: 'PHONE_SECRET_DIFFERS' });
}
