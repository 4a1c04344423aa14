import type { Command } from 'commander';
import type { Cli } from './cli.ts';
export function addUpCommand(program: Command, _cli: Cli): void {
  program.command('up').description('x');
}
