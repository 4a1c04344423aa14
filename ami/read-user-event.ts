import { dialplanSteps, type DialplanStep } from '../domain/evidence.ts';
import { channelIdOf, textOf, wordOf, type AmiItem } from './ami-item.ts';

/** What the shipped dialplan reports by UserEvent (asterisk/config/extensions-dialer.conf). */
export type DialerUserEvent =
  | {
      readonly event: 'DialerMachine';
      readonly uniqueid: string;
      readonly status: MachineStatus;
      /** AMDCAUSE, such as `TOOLONG-5000`. */
      readonly cause: string;
    }
  | { readonly event: 'DialerStep'; readonly uniqueid: string; readonly step: DialplanStep }
  | {
      readonly event: 'DialerTransfer';
      readonly uniqueid: string;
      readonly destination: string | null;
    }
  /** The answer of context dialer-doctor to `dialer doctor`; `version` of the shipped dialplan. */
  | { readonly event: 'DialerDoctor'; readonly uniqueid: string; readonly version: string | null };

/** AMDSTATUS (apps/app_amd.c). */
const machineStatuses = ['HUMAN', 'MACHINE', 'NOTSURE', 'HANGUP'] as const;
type MachineStatus = (typeof machineStatuses)[number];

/** The UserEvent of an item; `malformed` when it is one of ours and says nothing known, null when not ours. */
export function readUserEvent(item: AmiItem): DialerUserEvent | 'malformed' | null {
  const read = readers.get(textOf(item, 'userevent')?.toLowerCase() ?? '');
  if (read === undefined) return null;
  const uniqueid = channelIdOf(item, 'uniqueid');
  return (uniqueid === null ? null : read(item, uniqueid)) ?? 'malformed';
}

const readers = new Map<string, (item: AmiItem, uniqueid: string) => DialerUserEvent | null>([
  ['dialermachine', readMachine],
  ['dialerstep', readStep],
  ['dialertransfer', readTransferStep],
  ['dialerdoctor', readDoctorAnswer],
]);

function readMachine(item: AmiItem, uniqueid: string): DialerUserEvent | null {
  const status = machineStatuses.find((word) => word === textOf(item, 'status'));
  const cause = wordOf(item, 'cause', /^[A-Z0-9-]{0,60}$/) ?? '';
  return status === undefined ? null : { event: 'DialerMachine', uniqueid, status, cause };
}

function readStep(item: AmiItem, uniqueid: string): DialerUserEvent | null {
  const step = dialplanSteps.find((word) => word === textOf(item, 'step'));
  return step === undefined ? null : { event: 'DialerStep', uniqueid, step };
}

function readTransferStep(item: AmiItem, uniqueid: string): DialerUserEvent {
  const destination = wordOf(item, 'destination', /^[A-Za-z0-9_./@:+*#-]{1,80}$/);
  return { event: 'DialerTransfer', uniqueid, destination };
}

function readDoctorAnswer(item: AmiItem, uniqueid: string): DialerUserEvent {
  const version = wordOf(item, 'version', /^[0-9]{1,6}$/);
  return { event: 'DialerDoctor', uniqueid, version };
}
