import type { Config } from "../config.ts";
import type { Effects } from "../effects.ts";
import { exitCodes, FatalError, messageOf } from "../errors.ts";
import { checkDbt } from "./dbt.ts";
import { canBuildIn, checkDuckDb } from "./duckdb.ts";
import { checkIntercom } from "./intercom.ts";

/** One thing that was looked at. */
export type Check = {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed";
  /** What was found, or what is wrong and the next step. */
  readonly found: string;
  /** What a run would end with because of it. */
  readonly exitCode: number;
  /** What was thrown, where it failed; no program is told of it. */
  readonly error?: unknown;
};

/** What a check found; a warning when a run works all the same. */
export type Finding = { readonly found: string; readonly isWarning?: boolean };

/** Does the looking; what it throws is what is wrong. */
export type Look = (name: string, work: () => Promise<Finding | string>) => AsyncGenerator<Check, boolean>;

export type DoctorOptions = {
  readonly config: Config;
  /** Errors: ConfigError when it is not set. */
  readonly readAccessToken: () => string;
  /** The dbt command, in words. */
  readonly dbt: readonly string[];
  readonly effects: Effects;
};

/** Looks at everything that a sync and a build need, one thing after the other, and changes nothing. */
export async function* examine(options: DoctorOptions): AsyncGenerator<Check> {
  yield* checkIntercom(options, look);
  if (options.config.warehouse === "duckdb") yield* checkDuckDb(options.config, look);
  else {
    const { checkBigQuery } = await import("./bigquery.ts");
    yield* checkBigQuery(options, look);
  }
  const { warehouse, duckdbPath } = options.config;
  if (warehouse === "bigquery" || (await canBuildIn(duckdbPath))) yield* checkDbt(options.dbt, look);
}

/** Yields one check. Whether it went well enough for those that build on it. */
async function* look(name: string, work: () => Promise<Finding | string>): AsyncGenerator<Check, boolean> {
  try {
    const result = await work();
    const finding: Finding = typeof result === "string" ? { found: result } : result;
    yield {
      name,
      state: finding.isWarning === true ? "warning" : "ok",
      found: finding.found,
      exitCode: exitCodes.done,
    };
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

/** What `doctor` ends with: the code of the first thing that failed. */
export function exitCodeOfChecks(checks: readonly Check[]): number {
  return checks.find(({ state }) => state === "failed")?.exitCode ?? exitCodes.done;
}
