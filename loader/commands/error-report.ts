import { CommanderError } from "commander";
import { readSecrets } from "../config.ts";
import { exitCodes, FatalError, messageOf, systemCodeOf } from "../errors.ts";
import { withoutSecrets } from "../secrets.ts";
import { onOneLine } from "../terminal.ts";
import { stacksOf } from "./debug.ts";
import { printError } from "./print.ts";

/**
 * Prints what ended a command on standard error, and returns the exit code. An error of ours is one sentence; any other error
 * is a fault in this program, and the sentence asks you to report it. @param isDebug whether the stack follows
 */
export function reportError(error: unknown, isDebug: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  printError(`loader: ${withoutSecrets(onOneLine(sentenceOf(error)), readSecrets())}`);
  if (isDebug) printStack(error);
  return error instanceof FatalError ? error.exitCode : exitCodes.warehouse;
}

/** Prints the stacks of an error and of its causes on standard error, without secrets. */
export function printStack(error: unknown): void {
  printError(stacksOf(error, readSecrets()));
}

function sentenceOf(error: unknown): string {
  if (error instanceof FatalError) return error.message;
  const code = systemCodeOf(error);
  const name = error instanceof Error ? error.name : "error";
  const suffix = code === undefined ? "" : ` (${code})`;
  return `unexpected ${name}: ${messageOf(error)}${suffix}. Please report it, with what --debug prints.`;
}
