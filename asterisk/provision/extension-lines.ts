/** An extension of extensions.conf and its steps, in order. */
export function extensionLines(name: string, steps: readonly string[]): string[] {
  return steps.map((step, index) =>
    index === 0 ? `exten => ${name},1,${step}` : ` same => n,${step}`,
  );
}
