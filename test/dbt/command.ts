import { spawn } from "node:child_process";
import { join } from "node:path";
import { repository } from "../tools/repository.ts";
import { runOnServer, sharedServer } from "./server/client.ts";

export type DbtRun = {
  readonly exitCode: number | null;
  /** What it printed, on both streams. */
  readonly output: string;
};

/** What dbt writes beside the warehouse and compiled statements costs a fifth of a small build: nothing unless a test reads it. */
const writesNothing = ["--no-write-json", "--log-level-file", "none"];

/**
 * Runs the project's dbt in the project's folder; `workFolder` takes what it writes, so that no run disturbs another's.
 * `environment` comes on top of this process's own, and of CHECKS=all: other builds leave phrases for the next day.
 * @param isRecorded whether dbt writes its manifest, its results and its log
 */
export async function runDbt(
  commandLine: readonly string[],
  workFolder: string,
  environment: Readonly<Record<string, string>>,
  { isRecorded = false } = {},
): Promise<DbtRun> {
  const folders = { DBT_TARGET_PATH: targetFolder(workFolder), DBT_LOG_PATH: workFolder };
  const args = ["--no-use-colors", ...(isRecorded ? [] : writesNothing), ...commandLine];
  const given = { ...process.env, CHECKS: "all", ...environment, ...folders };
  const server = sharedServer();
  if (server === undefined) return startDbt(args, given);
  return runOnServer(server, { args, cwd: repository, environment: given });
}

/**
 * The environment of a dbt that builds on BigQuery. Tests share these names, so that their project is parsed once.
 * @param url where the double of BigQuery is; nobody listens at the default, for a dbt that asks nothing
 */
export function bigQueryAt(url = "http://127.0.0.1:9"): Readonly<Record<string, string>> {
  return {
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_LOCATION: "",
    // The address of an emulator makes dbt take a made-up token.
    BIGQUERY_EMULATOR_HOST: url,
    RAW_DATASET: "raw",
    MARTS_DATASET: "marts",
  };
}

/** Flags that give the project these variables; none where there are none. */
export function varsFlags(vars: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(vars).length === 0 ? [] : ["--vars", JSON.stringify(vars)];
}

/** Where a run leaves its manifest and compiled statements. */
export function targetFolder(workFolder: string): string {
  return join(workFolder, "target");
}

/** As on a command line: a new process, which parses the project first. */
function startDbt(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<DbtRun> {
  const dbt = spawn(join(repository, ".venv/bin/dbt"), args, {
    cwd: repository,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  dbt.stdout.on("data", collect);
  dbt.stderr.on("data", collect);
  return new Promise((resolve, reject) => {
    dbt.once("error", reject);
    dbt.once("close", (exitCode) => resolve({ exitCode, output }));
  });
}
