import { z } from 'zod';
import { optional, section, text, word } from './campaign-fields.ts';
import type { ConnectTarget } from './campaign-settings.ts';

const plainName = text(/^[A-Za-z0-9_-]{1,80}$/, 'use 1 to 80 letters, digits, _ and -');
/** The name of a sound of the PBX, without its ending. */
export const soundName = text(
  /^(?=.{1,80}$)[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/,
  'write the name of a sound without its ending, such as "hello-world" or "custom/welcome"',
);

/** The `connect` of a campaign file: exactly one place for an answered call to go. */
export function connectSection(agents: readonly string[]) {
  return section({
    context: optional(plainName, null),
    extension: optional(plainName, null),
    queue: optional(plainName, null),
    agent: optional(word(agents, 'an agent of dialer.yaml'), null),
    play: optional(soundName, null),
  }).transform((keys, context): ConnectTarget => {
    const targets = targetsIn(keys);
    const [target] = targets;
    if (target && targets.length === 1) return target;
    context.addIssue({
      code: 'custom',
      message: 'give exactly one of: context with extension, queue, agent, play',
    });
    return z.NEVER;
  });
}

interface ConnectKeys {
  readonly context: string | null;
  readonly extension: string | null;
  readonly queue: string | null;
  readonly agent: string | null;
  readonly play: string | null;
}

function targetsIn({ context, extension, queue, agent, play }: ConnectKeys) {
  const targets: (ConnectTarget | null)[] = [];
  if (queue !== null) targets.push({ kind: 'queue', queue });
  if (agent !== null) targets.push({ kind: 'agent', agent });
  if (play !== null) targets.push({ kind: 'play', sound: play });
  // Half of the pair counts too, and is no target: one without the other is a fault.
  if (context !== null || extension !== null) {
    const whole = context !== null && extension !== null;
    targets.push(whole ? { kind: 'context', context, extension } : null);
  }
  return targets;
}
