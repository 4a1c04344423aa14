import { startSimulator, type SimulatorOptions } from './start-simulator.ts';

/**
 * The simulator as a process of its own. Options come as JSON in DIALER_SIMULATOR, so that the secret
 * is in no command line. Prints one JSON line when it is ready; ends when its standard input closes,
 * which also happens when whoever started it is killed.
 */
const options = JSON.parse(process.env['DIALER_SIMULATOR'] ?? '{}') as SimulatorOptions;
const simulator = await startSimulator(options);
const { host, port, username, secret } = simulator;
process.stdout.write(`${JSON.stringify({ host, port, username, secret })}\n`);
// Ctrl-C reaches the whole process group; who started us lets the calls end first.
if (!process.stdin.isTTY) process.on('SIGINT', () => undefined);
process.stdin.resume();
process.stdin.once('close', () => void simulator.stop());
