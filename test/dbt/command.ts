import { spawn } from "node:child_process";
import { join } from "node:path";
import { repository } from "../tools/repository.ts";

export type DbtRun = {
  readonly exitCode: number | null;
  /** What it printed, on both streams. */
  readonly output: string;
};

/**
 * Runs the project's dbt in the project's folder; `workFolder` takes what it writes (`target/`, `logs/`), so that no run
 * disturbs another's. `environment` comes on top of this process's own.
 */
export function runDbt(
  commandLine: readonly string[],
  workFolder: string,
  environment: Readonly<Record<string, string>>,
): Promise<DbtRun> {
  const dbt = spawn(join(repository, ".venv/bin/dbt"), ["--no-use-colors", ...commandLine], {
    cwd: repository,
    env: { ...process.env, ...environment, DBT_TARGET_PATH: targetFolder(workFolder), DBT_LOG_PATH: workFolder },
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

/** Where a run leaves its manifest and compiled statements. */
export function targetFolder(workFolder: string): string {
  return join(workFolder, "target");
}
