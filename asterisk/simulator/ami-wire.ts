/** One AMI item as it goes out: headers in order. */
export type AmiFields = readonly (readonly [name: string, value: string | number])[];

/** One action as it came in: header names in lower case, repeated headers kept in order. */
export type AmiAction = ReadonlyMap<string, readonly string[]>;

/** The bytes of one item. */
export function formatItem(fields: AmiFields): string {
  return fields.map(([name, value]) => `${name}: ${value}\r\n`).join('') + '\r\n';
}

/** First value of a header, or an empty string. */
export function headerOf(action: AmiAction, name: string): string {
  return action.get(name)?.[0] ?? '';
}

/** Takes bytes in any pieces and calls `onAction` for each whole action. */
export function createActionReader(onAction: (action: AmiAction) => void): (text: string) => void {
  let rest = '';
  let headers = new Map<string, string[]>();

  function takeLine(line: string): void {
    if (line === '') {
      if (headers.size > 0) onAction(headers);
      headers = new Map();
      return;
    }
    const colon = line.indexOf(':');
    if (colon < 1) return;
    const name = line.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }

  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) takeLine(line.replace(/\r$/, ''));
  };
}
