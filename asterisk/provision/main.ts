import { resolve } from 'node:path';
import { installAsterisk } from './install-asterisk.ts';
import { ProvisionError } from './provision-error.ts';

/** `npm run asterisk:install`: a real Asterisk under the data folder, for demos and tests. */
try {
  await installAsterisk({
    dataDir: resolve(process.env['DIALER_DATA_DIR'] ?? '.dialer'),
    say: (line) => process.stderr.write(`${line}\n`),
  });
} catch (error) {
  if (!(error instanceof ProvisionError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
