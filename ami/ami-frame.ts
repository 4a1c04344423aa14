import { NotSentError } from './not-sent-error.ts';
import { isPbxQuestion } from './pbx-question.ts';

/**
 * The only place where a frame takes shape. AMI has no quoting: a line break in a value starts a new
 * header, a blank line a second action, and rights to originate are as good as a shell on the PBX. So
 * every action has a closed list of headers, variables have a closed list of names, and a value that
 * could end its line is refused, not mended. asterisk-manager joins and checks nothing itself; `text`
 * is what it will write for `fields`, which a test compares.
 */
const headersOf = {
  Login: ['username', 'secret', 'event'],
  Ping: [],
  Originate: [
    'channel',
    'channelid',
    'async',
    'timeout',
    'callerid',
    'context',
    'exten',
    'priority',
    'application',
    'data',
  ],
  Status: ['channel'],
  Hangup: ['channel', 'cause'],
  Getvar: ['variable'],
  CoreShowChannels: [],
  CoreSettings: [],
  CoreStatus: [],
  ListCommands: [],
  ShowDialPlan: ['context'],
  PJSIPShowRegistrationsOutbound: [],
} as const satisfies Record<string, readonly string[]>;

/** Variables a call may carry into the dialplan; the only names there are. */
const variableNames = [
  'DIALER_ATTEMPT_ID',
  'DIALER_AGENT',
  'DIALER_FALLBACK',
  'DIALER_CONNECT',
  'DIALER_MACHINE',
  'DIALER_MESSAGE',
] as const;

export type ActionName = keyof typeof headersOf;
export type VariableName = (typeof variableNames)[number];

/**
 * Asterisk's own limit (main/manager.c) for a line with its CR LF. Its other limit, 128 lines, is out of
 * reach: no name can be given twice and the lists above are short.
 */
const longestLineBytes = 1024;

export interface AmiFrame {
  readonly action: ActionName;
  readonly actionId: string;
  /** For asterisk-manager's `action()`. */
  readonly fields: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** The bytes on the wire. */
  readonly text: string;
}

/**
 * A frame from header names (lower case) and values.
 * @throws NotSentError `frame_refused` for anything that is not exactly one action of ours.
 */
export function buildFrame(
  action: ActionName,
  actionId: string,
  headers: Readonly<Record<string, string>> = {},
  variables: Readonly<Record<string, string>> = {},
): AmiFrame {
  if (!Object.hasOwn(headersOf, action)) throw refused('unknown action');
  if (!/^[0-9a-f-]{1,64}$/.test(actionId)) throw refused('ActionID is not one of ours');
  for (const name of Object.keys(headers)) checkHeader(action, name, headers[name]);
  for (const name of Object.keys(variables)) checkVariable(action, name, variables[name]);
  const lines = linesOf(action, actionId, headers, variables);
  checkSize(lines);
  const fields: Record<string, string | Readonly<Record<string, string>>> = { action, ...headers };
  if (Object.keys(variables).length > 0) fields['variable'] = { ...variables };
  return { action, actionId, fields, text: lines.join('\r\n') + '\r\n\r\n' };
}

function checkHeader(action: ActionName, name: string, value: unknown): void {
  const known: readonly string[] = headersOf[action];
  if (!known.includes(name)) throw refused(`unknown header for ${action}`);
  if (typeof value !== 'string' || value === '') throw refused(`${name} is empty or not text`);
  if (breaksTheLine(value)) throw refused(`${name} holds a control character`);
  // It evaluates functions, which can read files and write variables.
  if (action === 'Getvar' && name === 'variable' && !isPbxQuestion(value)) {
    throw refused('unknown variable for Getvar');
  }
  if (action === 'ShowDialPlan' && !/^[A-Za-z0-9_.-]{1,80}$/.test(value)) {
    throw refused('context is not a name');
  }
}

function checkVariable(action: ActionName, name: string, value: unknown): void {
  const known: readonly string[] = variableNames;
  // A name such as CALLERID(num) or SHELL(…) would run a dialplan function with write access.
  if (action !== 'Originate' || !known.includes(name)) throw refused('unknown variable name');
  // Asterisk splits the value on commas into further assignments, and the dialplan evaluates ${…}.
  if (typeof value !== 'string' || !/^[A-Za-z0-9_.@/:+ -]{0,200}$/.test(value)) {
    throw refused(`variable ${name} holds a character that is not allowed`);
  }
}

function breaksTheLine(value: string): boolean {
  return /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(value);
}

/** As asterisk-manager writes them: one capital, sorted. Header names mean the same in any case. */
function linesOf(
  action: ActionName,
  actionId: string,
  headers: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>>,
): string[] {
  const lines = [`ActionID: ${actionId}`, `Action: ${action}`];
  for (const [name, value] of Object.entries(headers)) {
    lines.push(`${name.slice(0, 1).toUpperCase()}${name.slice(1)}: ${value}`);
  }
  for (const [name, value] of Object.entries(variables)) lines.push(`Variable: ${name}=${value}`);
  return lines.sort();
}

function checkSize(lines: readonly string[]): void {
  for (const line of lines) {
    if (Buffer.byteLength(line) + 2 > longestLineBytes) {
      throw refused(`${line.slice(0, line.indexOf(':'))} is too long`);
    }
  }
}

function refused(reason: string): NotSentError {
  return new NotSentError('frame_refused', reason);
}
