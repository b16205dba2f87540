/** An error, what caused it, what caused that … and the parts of an error that has several. */
const errorsMax = 12;
const hidden = "[secret]";
/** Shorter ones would be found in ordinary words. */
const secretLengthMin = 6;

/** The stacks of whatever was thrown and of its causes, for `--debug`. The text may quote what was read; secrets are hidden. */
export function stacksOf(thrown: unknown, secrets: readonly string[]): string {
  const stacks: string[] = [];
  const waiting: unknown[] = [thrown];
  while (waiting.length > 0 && stacks.length < errorsMax) {
    const error = waiting.shift();
    const opening = stacks.length === 0 ? "" : "caused by ";
    if (error instanceof Error) {
      stacks.push(`${opening}${error.stack ?? error.message}`);
      if (error instanceof AggregateError) waiting.push(...error.errors);
      if (error.cause !== undefined) waiting.push(error.cause);
    } else stacks.push(`${opening}${typeof error === "string" ? error : "something that is no error"}`);
  }
  return withoutSecrets(stacks.join("\n"), secrets);
}

/** A text in which neither the given secrets are, nor what any request carries as one. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret.length >= secretLengthMin)
    .toSorted((a, b) => b.length - a.length)
    .reduce((safe, secret) => safe.replaceAll(secret, hidden), text);
  return known
    .replace(/\b(Bearer|Basic)\s+[^\s"',]+/gi, `$1 ${hidden}`)
    .replace(/(\w:\/\/)[^\s/@"']+@/g, `$1${hidden}@`);
}
