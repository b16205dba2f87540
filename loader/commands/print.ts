import { printable } from "../terminal.ts";

/** Prints lines on standard output. Names and texts in it may be customers'. */
export function print(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** Prints lines on standard error. */
export function printError(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}
