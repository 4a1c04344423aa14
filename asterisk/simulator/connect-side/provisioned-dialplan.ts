import { carrierPlan } from '../../carrier-plan.ts';
import {
  departmentsContext,
  outcomesContext,
  outcomesDialplan,
} from '../../provision/outcomes-dialplan.ts';
import { phonesDialplan } from '../../provision/phones-dialplan.ts';
import type { Place } from './answered-call.ts';

/**
 * The contexts `outcomes`, `departments` and `phones` of the provisioned Asterisk, read from its own
 * extensions.conf: so one table drives both. Only lists of plain steps can be played.
 */
const extensions = readDialplan([...outcomesDialplan(carrierPlan), ...phonesDialplan(0)]);

/** Steps of an answered call by the digits dialled; those of the default where they have none. */
export function stepsByDigits(number: string): readonly string[] {
  const digits = number.replace(/\D/g, '').slice(-3);
  return extensions.get(`${outcomesContext},${digits}`) ?? stepsByDigits('200');
}

/** Where agents may transfer a call to; null when there is no such extension. */
export function departmentOf(exten: string): Place | null {
  const context = departmentsContext;
  return extensions.has(`${context},${exten}`) ? { context, exten } : null;
}

/** Steps of a department. */
export function stepsOfDepartment(exten: string): readonly string[] {
  return extensions.get(`${departmentsContext},${exten}`) ?? [];
}

/** What an agent's phone does; null when the table has no such phone. */
export function stepsOfPhone(phone: string): readonly string[] | null {
  return extensions.get(`phones,${phone}`) ?? null;
}

function readDialplan(lines: readonly string[]): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  let context = '';
  let steps: string[] = [];
  for (const line of lines) {
    const [, section] = /^\[(.+)\]$/.exec(line) ?? [];
    const [, exten, first] = /^exten => ([^,]+),1,(.*)$/.exec(line) ?? [];
    const [, next] = /^ same => n,(.*)$/.exec(line) ?? [];
    if (section !== undefined) context = section;
    if (exten !== undefined && first !== undefined) {
      steps = [first];
      found.set(`${context},${exten}`, steps);
    }
    if (next !== undefined) steps.push(next);
  }
  return found;
}
