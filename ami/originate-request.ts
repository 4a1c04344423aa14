import type { VariableName } from './ami-frame.ts';

/** Where an answered call goes. */
export type ConnectTarget =
  | {
      readonly kind: 'extension';
      readonly context: string;
      readonly extension: string;
      readonly priority: number;
    }
  | {
      readonly kind: 'application';
      readonly application: 'Playback' | 'Queue' | 'Dial';
      /** The application's arguments: names, digits and `,/@.:+-` only. */
      readonly data: string;
    };

/** One call to be placed. */
export interface OriginateRequest {
  /** The attempt id: a lower-case UUID. Becomes the channel's Uniqueid. */
  readonly channelId: string;
  /** Made by buildDialString. */
  readonly dialString: string;
  /** How long it may ring, in milliseconds: a whole number from 5000 to 120000. */
  readonly timeoutMs: number;
  /** `Name <digits>` or digits; null leaves it to the PBX. */
  readonly callerId: string | null;
  readonly connect: ConnectTarget;
  /** Values of letters, digits, spaces and `_.@/:+-`, at most 200 characters. */
  readonly variables: Partial<Readonly<Record<VariableName, string>>>;
}
