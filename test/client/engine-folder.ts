import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

export interface EngineFolder {
  /** Where a dialer.yaml names a migrated test database and a trunk `carrier-a`. */
  readonly cwd: string;
  readonly database: TestDatabase;
  remove(): Promise<void>;
}

/** A folder as a user of external parts has it; Temporal is where the caller says, by default nowhere. */
export async function createEngineFolder(temporalAddress = '127.0.0.1:1'): Promise<EngineFolder> {
  const database = await createTestDatabase();
  const cwd = await mkdtemp(path.join(tmpdir(), 'dialer-engine-'));
  await writeFile(path.join(cwd, 'ami.secret'), 'not-used\n', { mode: 0o600 });
  await writeFile(
    path.join(cwd, 'dialer.yaml'),
    `database: { url: "${database.url}" }
temporal: { address: "${temporalAddress}" }
pbxs: { main: { host: 127.0.0.1, port: 1, username: dialer, secretFile: ./ami.secret } }
agents: { ana: { endpoint: PJSIP/1001 } }
trunks:
  carrier-a: { pbx: main, dialString: "PJSIP/{number}@carrier-a", callsPerSecond: 5, channels: 30 }
`,
  );
  return {
    cwd,
    database,
    async remove() {
      await database.drop();
      await rm(cwd, { recursive: true });
    },
  };
}
