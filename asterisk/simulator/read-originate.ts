import { headerOf, type AmiAction } from './ami-wire.ts';

/** An Originate that Asterisk would accept. */
export interface OriginateOrder {
  readonly actionId: string;
  /** The dial string, such as `PJSIP/5550000200@carrier`. */
  readonly channel: string;
  /** Empty when the caller leaves it to the PBX. */
  readonly channelId: string;
  /** 0 for none. */
  readonly timeoutMs: number;
  readonly callerId: string;
  readonly context: string;
  readonly exten: string;
  readonly application: string;
  readonly data: string;
  readonly variables: ReadonlyMap<string, string>;
}

/** Extensions of the dialplan as `context,extension`. */
export type Dialplan = ReadonlySet<string>;

const defaultTimeoutMs = 30_000;
const longestUniqueid = 149;

/** The order in an Originate action, or the message Asterisk refuses it with. */
export function readOriginate(action: AmiAction, dialplan: Dialplan): OriginateOrder | string {
  const header = (name: string) => headerOf(action, name);
  const channel = header('channel');
  if (channel === '') return 'Channel not specified';
  if (header('priority') !== '' && !/^\d+$/.test(header('priority'))) return 'Invalid priority';
  const timeoutMs = readTimeout(header('timeout'));
  if (timeoutMs === null) return 'Invalid timeout';
  if (!channel.includes('/')) return 'Invalid channel';
  if (header('channelid').length > longestUniqueid) {
    return `Uniqueid length exceeds maximum of ${longestUniqueid}`;
  }
  if (!/^(?:true|yes|on|1)$/i.test(header('async'))) {
    return 'A synchronous Originate is not simulated';
  }
  const context = header('context');
  const exten = header('exten');
  // Without an extension Asterisk checks nothing, and the answered call just ends.
  if (header('application') === '' && exten !== '' && !dialplan.has(`${context},${exten}`)) {
    return 'Extension does not exist.';
  }
  return {
    actionId: header('actionid'),
    channel,
    channelId: header('channelid'),
    timeoutMs,
    callerId: header('callerid'),
    context,
    exten,
    application: header('application'),
    data: header('data'),
    variables: readVariables(action),
  };
}

// Asterisk reads it with %d: `30s` is 30 ms, and 0 or less means no time-out.
function readTimeout(text: string): number | null {
  if (text === '') return defaultTimeoutMs;
  const match = /^\s*(-?\d+)/.exec(text);
  return match ? Math.max(0, Number(match[1])) : null;
}

function readVariables(action: AmiAction): ReadonlyMap<string, string> {
  const assignments = (action.get('variable') ?? []).flatMap((value) => value.split(','));
  return new Map(
    assignments.map((assignment) => {
      const equals = assignment.indexOf('=');
      return [assignment.slice(0, equals), assignment.slice(equals + 1)] as const;
    }),
  );
}
