import { startAsterisk } from '../../asterisk/provision/start-asterisk.ts';

/** A process of its own that starts Asterisk and then does nothing, for a test that kills it. */
const [root = '', runDir = ''] = process.argv.slice(2);
const { pids, ami } = await startAsterisk({ root, runDir });
process.stdout.write(`${JSON.stringify({ pids: Object.values(pids), port: ami.port })}\n`);
setInterval(() => undefined, 1_000);
