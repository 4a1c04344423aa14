/**
 * How fast a suppression list comes in, part by part and as a whole, on the embedded Postgres:
 *
 *   npm run -s bench:suppression [-- --rows N]
 *
 * Makes a list of N numbers (a million by default) in the spellings people send, and prints rows per second.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '../db/migrate.ts';
import { openDatabase, type Database } from '../db/open-database.ts';
import { addSuppressions } from '../db/suppressions.ts';
import { importSuppressions } from '../imports/import-suppressions.ts';
import { readSuppressionsCsv, type SuppressionEntry } from '../imports/read-suppressions-csv.ts';
import { readTableCsv } from '../imports/read-table-csv.ts';
import { startPostgres } from '../runtime/embedded-postgres.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
const rows = Number(values.rows);
const phoneSecret = new Uint8Array(32).fill(1);
const now = new Date();

const folder = mkdtempSync(join(tmpdir(), 'suppression-import-'));
const postgres = await startPostgres({ dataDir: folder });
const db = openDatabase(postgres.url);
try {
  await migrate(db);
  await measureAll();
} finally {
  await db.destroy();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measureAll(): Promise<void> {
  await measure('cells of the file', async () => {
    await drain(readTableCsv(list(), () => []));
  });
  await measure('and numbers read, with their keys', async () => {
    await drain(readSuppressionsCsv(list(), reading()));
  });
  await measure('entered in batches, row by row', () => enterDirectly(db));
  await db.raw('truncate suppressions');
  const first = await measure('import of a new list', () => importList({ replace: false }));
  await measure('the same again', () => importList({ replace: false }), first);
  await measure('replaced by the same', () => importList({ replace: true }), first);
}

/** Prints what a variant takes, and how that compares with another one. */
async function measure(
  name: string,
  variant: () => Promise<void>,
  comparedWith?: number,
): Promise<number> {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  await variant();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpuStart);
  const cpu = ((user + system) / 1_000_000).toFixed(1);
  const memory = Math.round(process.memoryUsage.rss() / 1_000_000);
  const ratio = comparedWith === undefined ? '' : `, ${(seconds / comparedWith).toFixed(2)} of it`;
  console.log(
    `${name.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s ` +
      `${Math.round(rows / seconds)
        .toLocaleString('en')
        .padStart(10)} rows/s  ${cpu.padStart(6)} s of our CPU  ${memory} MB${ratio}`,
  );
  return seconds;
}

function reading() {
  return { phoneSecret, defaultCountry: 'MX', onlySource: null, now };
}

async function importList({ replace }: { replace: boolean }): Promise<void> {
  const result = await importSuppressions({
    db,
    campaignId: null,
    file: list(),
    phoneSecret,
    defaultCountry: 'MX',
    source: 'bench',
    ...{ listDate: null, date: null, expires: null, replace, force: false, dryRun: false, now },
    onFault: () => {},
    onProgress: () => {},
    onBroughtIn: () => Promise.resolve(),
  });
  if (result.imported !== rows) throw new Error(`${result.imported} of ${rows} rows were imported`);
}

/** One transaction and one statement per batch, straight into the table. */
async function enterDirectly(database: Database): Promise<void> {
  let numbers: SuppressionEntry[] = [];
  const flush = async () => {
    await addSuppressions(database, { campaignId: null, source: 'bench', numbers });
    numbers = [];
  };
  for await (const item of readSuppressionsCsv(list(), reading())) {
    if ('entry' in item) numbers.push(item.entry);
    if (numbers.length === 10_000) await flush();
  }
  await flush();
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) void item;
}

/** The list as a file, made as it is read; every number once. */
async function* list(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('number,date\n');
  const perChunk = 2_000;
  for (let first = 0; first < rows; first += perChunk) {
    const count = Math.min(perChunk, rows - first);
    const lines = Array.from(
      { length: count },
      (_, index) => `${spell(first + index)},2026-01-31\n`,
    );
    yield Buffer.from(lines.join(''));
    // As a file on disk: between two chunks others have their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function spell(index: number): string {
  const national = `55${String(10_000_000 + index).padStart(8, '0')}`;
  const spellings = [
    `+52${national}`,
    national,
    `0052${national}`,
    `+52 ${national.slice(0, 2)} ${national.slice(2, 6)} ${national.slice(6)}`,
    `(${national.slice(0, 2)}) ${national.slice(2, 6)}-${national.slice(6)}`,
    `521${national}`,
    `+52 1 ${national}`,
    `52${national}`,
  ];
  return spellings[index % spellings.length] ?? national;
}
