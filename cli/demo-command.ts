import type { Command } from 'commander';
import type { Cli } from './cli.ts';
export function addDemoCommand(program: Command, _cli: Cli): void {
  program.command('demo').description('x');
}
