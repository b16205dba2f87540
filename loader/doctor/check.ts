import { exitCodes, FatalError, messageOf } from "../errors.ts";

/** One thing that was checked. */
export type Check = {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed";
  /** What was found; or what is wrong, and the next step. */
  readonly found: string;
  /** What a run would end with because of it. */
  readonly exitCode: number;
  /** What was thrown by a check that failed; `--json` leaves it out. */
  readonly error?: unknown;
};

/** What a check found. A warning leaves a run possible. */
export type Finding = { readonly found: string; readonly isWarning?: boolean };

/**
 * Yields one check: what the work returns is what was found, and what it throws is what is wrong.
 * Returns whether the checks that build on this one can be made.
 */
export async function* look(name: string, work: () => Promise<Finding | string>): AsyncGenerator<Check, boolean> {
  try {
    const result = await work();
    const finding: Finding = typeof result === "string" ? { found: result } : result;
    const state = finding.isWarning === true ? "warning" : "ok";
    yield { name, state, found: finding.found, exitCode: exitCodes.done };
    return true;
  } catch (error) {
    const exitCode = error instanceof FatalError ? error.exitCode : exitCodes.warehouse;
    yield { name, state: "failed", found: messageOf(error), exitCode, error };
    return false;
  }
}

/** A check as a line for a person. */
export function checkLine({ name, state, found }: Check): string {
  const mark = { ok: "ok      ", warning: "warning ", failed: "FAILED  " }[state];
  return `${mark}${name}: ${found}`;
}

/** The checks for a program. */
export function checksJson(checks: readonly Check[]): string {
  return JSON.stringify(checks.map(({ name, state, found, exitCode }) => ({ name, state, found, exitCode })));
}

/** What `doctor` ends with: the exit code of the first check that failed. */
export function exitCodeOfChecks(checks: readonly Check[]): number {
  return checks.find(({ state }) => state === "failed")?.exitCode ?? exitCodes.done;
}
