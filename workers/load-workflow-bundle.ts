import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { Logger } from 'pino';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * The workflow code as one file, made once per state of the source and kept in the data folder: a
 * bundle costs seconds, and every worker process wants the same one.
 */
export async function loadWorkflowBundle(
  dataDir: string,
  log: Logger,
): Promise<{ codePath: string }> {
  const fingerprint = await fingerprintOf(['workflows', 'domain']);
  const folder = path.join(dataDir, 'workflow-bundles');
  const codePath = path.join(folder, `${fingerprint}.js`);
  if (existsSync(codePath)) return { codePath };

  log.info({ fingerprint }, 'bundling workflow code');
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(root, 'workflows', `index.${extension}`),
    logger: new DefaultLogger('ERROR'),
  });
  await mkdir(folder, { recursive: true });
  const unfinished = `${codePath}.${process.pid}`;
  await writeFile(unfinished, code);
  await rename(unfinished, codePath);
  return { codePath };
}

async function fingerprintOf(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const name of (await readdir(path.join(root, folder))).sort()) {
      if (!/\.(ts|js)$/.test(name)) continue;
      hash.update(`${folder}/${name}\0`).update(await readFile(path.join(root, folder, name)));
    }
  }
  hash.update(await readFile(path.join(root, 'package.json')));
  return hash.digest('hex').slice(0, 16);
}
