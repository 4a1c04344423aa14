/** One step of a dialplan: `Dial(PJSIP/1001,20)`. */
export interface DialplanStep {
  readonly application: string;
  /** What stands in the brackets, and its parts between commas. */
  readonly data: string;
  readonly parts: readonly string[];
}

/** Reads a step; throws on what is none, for the texts are ours. */
export function readStep(text: string): DialplanStep {
  const [, application, data] = /^([A-Za-z]+)\((.*)\)$/.exec(text) ?? [];
  if (application === undefined || data === undefined) throw new Error(`no step: ${text}`);
  return { application, data, parts: data.split(',') };
}
