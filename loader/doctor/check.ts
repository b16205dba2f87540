import { exitCodes, FatalError, messageOf } from "../errors.ts";

/** One thing that was checked. */
export type Check = {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed";
  /** What was found; or what is wrong, with the next step where the check failed. */
  readonly found: string;
  /** The next step of a warning. */
  readonly fix?: string | undefined;
  /** What a run would end with because of it. */
  readonly exitCode: number;
  /** What was thrown by a check that failed; `--json` leaves it out. */
  readonly error?: unknown;
};

/** What a check found. With a fix it is a warning: a run is possible, and the fix is a sentence on what to do. */
export type Finding = { readonly found: string; readonly fix?: string };

/**
 * Yields one check: what the work returns is what was found, and what it throws is what is wrong.
 * Returns whether the checks that build on this one can be made.
 */
export async function* look(name: string, work: () => Promise<Finding | string>): AsyncGenerator<Check, boolean> {
  try {
    const result = await work();
    const finding: Finding = typeof result === "string" ? { found: result } : result;
    const state = finding.fix === undefined ? "ok" : "warning";
    yield { name, state, ...finding, exitCode: exitCodes.done };
    return true;
  } catch (error) {
    const exitCode = error instanceof FatalError ? error.exitCode : exitCodes.warehouse;
    yield { name, state: "failed", found: messageOf(error), exitCode, error };
    return false;
  }
}

/** A check as a line for a person. */
export function checkLine({ name, state, found, fix }: Check): string {
  const mark = { ok: "ok      ", warning: "warning ", failed: "FAILED  " }[state];
  return `${mark}${name}: ${found}${fix === undefined ? "" : `${found.endsWith(".") ? "" : "."} ${fix}`}`;
}

/** The checks for a program. */
export function checksJson(checks: readonly Check[]): string {
  return JSON.stringify(checks.map(({ name, state, found, fix, exitCode }) => ({ name, state, found, fix, exitCode })));
}

/** What `doctor` ends with: the exit code of the first check that failed. */
export function exitCodeOfChecks(checks: readonly Check[]): number {
  return checks.find(({ state }) => state === "failed")?.exitCode ?? exitCodes.done;
}
