import { withoutSecrets } from "../secrets.ts";

/** How many errors are printed: the error, its chain of causes, and the parts of an aggregate. */
const errorsMax = 12;

/** The stacks of whatever was thrown and of its causes, for `--debug`. The text may quote data; secrets are hidden. */
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
