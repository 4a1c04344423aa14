import { loadConfig } from '../../runtime/config.ts';
import { startEmbeddedStack } from '../../runtime/embedded-stack.ts';

// A process to be killed in a test: runs the whole embedded stack in the folder of its argument.
const [cwd = '.'] = process.argv.slice(2);
const config = loadConfig({ cwd, env: { DIALER_DATA_DIR: cwd } });
const { databaseUrl, temporalAddress, pbx } = await startEmbeddedStack({
  config,
  pbx: 'simulator',
  say: () => undefined,
});
const port = pbx?.ami.port;
process.stdout.write(`${JSON.stringify({ databaseUrl, temporalAddress, port })}\n`);
