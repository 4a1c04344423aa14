import { randomUUID } from 'node:crypto';
import type { AmiConnection } from './ami-connection.ts';
import type { AmiEvent } from './ami-event.ts';
import { buildFrame } from './ami-frame.ts';

/** A write right and an action that ListCommands shows only to those who have it. */
const writeRights = [
  ['write=originate', 'Originate'],
  ['write=call', 'Setvar'],
  ['write=reporting', 'CoreShowChannels'],
] as const;

/** What the shipped manager-dialer.conf grants to read. */
export const neededRead = ['call', 'system', 'user', 'agent'] as const;

/** A write right that is not needed, and an action that only those who have it are shown. */
const needlessWriteRights = [
  ['write=command', 'Command'],
  ['write=config', 'UpdateConfig'],
  ['write=system', 'ModuleLoad'],
  ['write=agent', 'QueueAdd'],
  ['write=user', 'UserEvent'],
  ['write=message', 'MessageSend'],
] as const;

/** Needed write rights that the list of actions (ListCommands, in lower case) lacks. */
export function missingWriteRights(actions: ReadonlySet<string>): string[] {
  return writeRights
    .filter(([, action]) => !actions.has(action.toLowerCase()))
    .map(([right]) => right);
}

/** Write rights that the list of actions shows although nothing of ours needs them. */
export function surplusWriteRights(actions: ReadonlySet<string>): string[] {
  return needlessWriteRights
    .filter(([, action]) => actions.has(action.toLowerCase()))
    .map(([right]) => right);
}

/** Read rights of a list in manager.conf beyond those that are needed. */
export function excessOf(read: readonly string[]): string[] {
  const needed: readonly string[] = neededRead;
  return read.filter((right) => right !== '' && !needed.includes(right));
}

/**
 * Which manager rights the user lacks. AMI has no question for read rights, so they are tried:
 * `read=system` by FullyBooted, `read=call` by an Originate to a technology that does not exist, which
 * rings nobody and is answered by an OriginateResponse to those who may hear one.
 * @throws NotReachableError, ActionRefusedError
 */
export async function findMissingRights(
  connection: AmiConnection,
  nextEvent: (wanted: (event: AmiEvent) => boolean) => Promise<boolean>,
): Promise<string[]> {
  const { response } = await connection.ask('ListCommands');
  const missing = missingWriteRights(new Set(Object.keys(response)));
  if (!connection.isBooted()) missing.push('read=system');
  if (!missing.includes('write=originate') && !(await hearsCalls(connection, nextEvent))) {
    missing.push('read=call');
  }
  return missing;
}

async function hearsCalls(
  connection: AmiConnection,
  nextEvent: (wanted: (event: AmiEvent) => boolean) => Promise<boolean>,
): Promise<boolean> {
  const actionId = randomUUID();
  const probe = buildFrame('Originate', actionId, {
    channel: 'NoSuchTechnology/probe',
    channelid: randomUUID(),
    async: 'true',
    timeout: '5000',
    application: 'Playback',
    data: 'none',
  });
  const heard = nextEvent(
    (event) => event.event === 'OriginateResponse' && event.actionId === actionId,
  );
  if (connection.isClear()) connection.write(probe, () => undefined);
  return heard;
}
