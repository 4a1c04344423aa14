import { z } from 'zod';
import { optional, required, section, word } from './campaign-fields.ts';
import type { AnsweringMachine } from './campaign-settings.ts';
import { soundName } from './connect-fields.ts';
import { machineActions } from './evidence.ts';

/** The `answeringMachine` of a campaign file: what to do when a machine takes the call. */
export const answeringMachineSection = section({
  action: required(word(machineActions, 'an action')),
  message: optional(soundName, null),
}).transform(({ action, message }, context): AnsweringMachine => {
  if (action === 'message' && message !== null) return { action, message };
  if (action !== 'message' && message === null) return { action };
  context.addIssue({
    code: 'custom',
    path: ['message'],
    message:
      action === 'message'
        ? 'this key is missing: name the sound to play'
        : `there is nothing to play with action: ${action}`,
  });
  return z.NEVER;
});
