import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { openAmiConnection, type AmiConnection } from './ami-connection.ts';
import type { AmiEvent } from './ami-event.ts';
import { buildFrame } from './ami-frame.ts';
import { textOf } from './ami-item.ts';
import type { AmiLog } from './ami-log.ts';
import { defaultTimeouts, type AmiTimeouts } from './ami-timeouts.ts';
import { ActionRefusedError } from './not-answered-error.ts';
import { askFor } from './pbx-question.ts';
import { openTlsSocket, type TlsOptions } from './tls-socket.ts';

export interface InspectOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
  readonly tls: TlsOptions | null;
  readonly log: AmiLog;
  readonly timeouts?: Partial<AmiTimeouts>;
}

/** One step of an extension, as ShowDialPlan lists it. */
export interface DialplanStep {
  readonly extension: string;
  readonly application: string;
  /** The context that an `include` names; null for a step. */
  readonly include: string | null;
}

/** What became of a call to a Local channel, which rings nobody. */
export interface LocalProbe {
  /** Null when no OriginateResponse was heard. */
  readonly reason: number | null;
  /** Events about the call's two channels. */
  readonly events: readonly AmiEvent[];
}

/** A PBX that let us in, as something to be asked. All reject with NotReachableError when it goes away. */
export interface PbxInspection {
  /** False when FullyBooted was not heard, which needs read=system. */
  readonly isBooted: boolean;
  /** As the PBX says it; null when it does not. */
  version(): Promise<string | null>;
  /** Names of the actions this user may use, in lower case. */
  actions(): Promise<ReadonlySet<string>>;
  /** The value of a function; null when it cannot be asked, empty when it has none or is not loaded. */
  value(question: string): Promise<string | null>;
  /** Null when there is no such context, or it cannot be asked. */
  dialplan(context: string): Promise<readonly DialplanStep[] | null>;
  /** Outbound registrations that are not in place, by name with their state; null when not told. */
  lostRegistrations(): Promise<readonly string[] | null>;
  /** Originates `Local/extension@dialer-doctor/n`: its dialplan never answers, and dials nothing. */
  probe(extension: 's' | 'busy'): Promise<LocalProbe>;
}

export type InspectionEnd = 'refused' | { readonly lost: string };

/**
 * Connects once, lets `look` ask, and closes. Resolves with what `look` found, or with why it could not
 * look: the login was refused, or the code of the error, such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`.
 */
export async function inspectPbx<Found>(
  options: InspectOptions,
  look: (inspection: PbxInspection) => Promise<Found>,
): Promise<{ readonly found: Found } | InspectionEnd> {
  const opened = await open(options);
  if ('end' in opened) return opened.end;
  try {
    return { found: await look(createInspection(opened)) };
  } finally {
    opened.connection.close('the look is over');
    await opened.closed;
  }
}

interface Opened {
  readonly connection: AmiConnection;
  readonly isBooted: boolean;
  readonly listeners: Set<(event: AmiEvent) => void>;
  readonly waitMs: number;
  readonly closed: Promise<unknown>;
}

function open(options: InspectOptions): Promise<Opened | { readonly end: InspectionEnd }> {
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const listeners = new Set<(event: AmiEvent) => void>();
  let lost = 'the PBX does not answer as Asterisk does';
  return new Promise((resolve) => {
    const socket = connect(options);
    socket.on('error', (error: NodeJS.ErrnoException) => (lost = error.code ?? error.message));
    let closed: (value: unknown) => void = () => {};
    const whenClosed = new Promise((settle) => (closed = settle));
    let turnsWithoutBoot = 0;
    const letIn = (isBooted: boolean) => {
      clearInterval(bootWait);
      resolve({ connection, isBooted, listeners, waitMs: timeouts.actionMs, closed: whenClosed });
    };
    // Without read=system no FullyBooted is heard, but the login itself stands.
    const bootWait = setInterval(() => {
      if (connection.isLoggedIn()) turnsWithoutBoot += 1;
      if (turnsWithoutBoot > 10) letIn(false);
    }, timeouts.loginMs / 20);
    const connection = openAmiConnection({
      ...options,
      timeouts,
      connect: () => socket,
      onBooted: () => letIn(true),
      onEvent: (event) => [...listeners].forEach((listener) => listener(event)),
      onMalformed: () => undefined,
      onClosed(why) {
        clearInterval(bootWait);
        closed(null);
        resolve({ end: why === 'refused' ? 'refused' : { lost } });
      },
    });
  });
}

function connect({ host, port, tls }: InspectOptions): net.Socket {
  return tls === null ? net.createConnection({ host, port }) : openTlsSocket({ host, port }, tls);
}

function createInspection({ connection, isBooted, listeners, waitMs }: Opened): PbxInspection {
  return {
    isBooted,
    async version() {
      const reply = await orRefused(connection.ask('CoreSettings'));
      return reply && textOf(reply.response, 'asteriskversion');
    },
    async actions() {
      const { response } = await connection.ask('ListCommands');
      return new Set(Object.keys(response));
    },
    async value(question) {
      const variable = askFor(question);
      if (variable === null) return null;
      const reply = await orRefused(connection.ask('Getvar', { variable }));
      return reply && (textOf(reply.response, 'value') ?? '');
    },
    async dialplan(context) {
      if (!/^[A-Za-z0-9_.-]{1,80}$/.test(context)) return null;
      const reply = await orRefused(connection.ask('ShowDialPlan', { context }));
      return (
        reply &&
        reply.items.flatMap((item) => {
          const extension = textOf(item, 'extension') ?? '';
          const application = textOf(item, 'application') ?? '';
          const include = textOf(item, 'includecontext');
          return extension === '' && include === null ? [] : [{ extension, application, include }];
        })
      );
    },
    async lostRegistrations() {
      const reply = await orRefused(connection.ask('PJSIPShowRegistrationsOutbound'));
      return (
        reply &&
        reply.items.flatMap((item) => {
          const name = textOf(item, 'objectname');
          const status = textOf(item, 'status');
          return name === null || status === null || status === 'Registered'
            ? []
            : [`${name} (${status})`];
        })
      );
    },
    probe: (extension) => probe(extension, connection, listeners, Math.min(waitMs, 3_000)),
  };
}

async function orRefused<Reply>(answer: Promise<Reply>): Promise<Reply | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ActionRefusedError) return null;
    throw error;
  }
}

/** Waits for the answer to the Originate, and to extension s for the UserEvent that its dialplan raises. */
function probe(
  extension: 's' | 'busy',
  connection: AmiConnection,
  listeners: Set<(event: AmiEvent) => void>,
  waitMs: number,
): Promise<LocalProbe> {
  const actionId = randomUUID();
  const channelid = randomUUID();
  const frame = buildFrame('Originate', actionId, {
    channel: `Local/${extension}@dialer-doctor/n`,
    channelid,
    async: 'true',
    timeout: '5000',
    // Only an answered call would run it, and this one never is.
    application: 'Playback',
    data: 'none',
  });
  const events: AmiEvent[] = [];
  return new Promise((resolve) => {
    const finish = (heard: number | null) => {
      clearTimeout(limit);
      listeners.delete(listener);
      resolve({ reason: heard, events });
    };
    let reason: number | null = null;
    // The two come in any order, from threads of their own.
    const listener = (event: AmiEvent) => {
      if ('uniqueid' in event && event.uniqueid.startsWith(channelid)) events.push(event);
      if (event.event === 'OriginateResponse' && event.actionId === actionId) reason = event.reason;
      const isAnswered =
        extension === 'busy' || events.some((each) => each.event === 'DialerDoctor');
      if (reason !== null && isAnswered) finish(reason);
    };
    const limit = setTimeout(() => finish(reason), waitMs);
    listeners.add(listener);
    if (!connection.isClear()) return finish(null);
    connection.write(frame, (outcome) => outcome instanceof Error && finish(null));
  });
}
