/**
 * What is asked of a PBX by Getvar: the only forms there are. Getvar evaluates any dialplan function, so
 * a free variable would let a name from a file write variables or read secrets. Every name is checked
 * where the question is made, and the text once more where the frame is (ami-frame.ts).
 */
export type PbxQuestion = string & { readonly form: 'question' };

const name = '[A-Za-z0-9_.+-]{1,80}';
const forms = [
  `PJSIP_ENDPOINT\\(${name},(?:context|redirect_method)\\)`,
  `DIALPLAN_EXISTS\\(${name},${name},1\\)`,
  `DEVICE_STATE\\([A-Za-z][A-Za-z0-9]{1,19}/${name}(?:@${name})?\\)`,
  `IFMODULE\\(${name}\\.so\\)`,
  // Never a key that can hold a secret: manager.conf has them.
  `AST_CONFIG\\(manager\\.conf,${name},(?:read|writetimeout)(?:,-1)?\\)`,
  `AST_CONFIG\\(cel\\.conf,general,(?:enable|events|apps)(?:,-1)?\\)`,
].map((form) => new RegExp(`^${form}$`));

/** True for a text of one of the forms. */
export function isPbxQuestion(text: string): text is PbxQuestion {
  return forms.some((form) => form.test(text));
}

/** The question, or null when a name in it has a character that no name of ours has. */
export function askFor(text: string): PbxQuestion | null {
  return isPbxQuestion(text) ? text : null;
}
