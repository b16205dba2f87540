import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, WarehouseError } from "../errors.ts";
import { type Check, look } from "./check.ts";

const millisecondsMax = 120_000;

/** Whether dbt starts and reaches the warehouse that the environment names. @param command the dbt command, in words. @param environment what dbt gets */
export async function* checkDbt(command: readonly string[], environment: NodeJS.ProcessEnv): AsyncGenerator<Check> {
  yield* look("dbt connection", async () => {
    const folder = await mkdtemp(join(tmpdir(), "doctor-"));
    try {
      await debug(command, environment, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return "dbt reaches the warehouse";
  });
}

async function debug(
  [command = "dbt", ...words]: readonly string[],
  environment: NodeJS.ProcessEnv,
  folder: string,
): Promise<void> {
  const dbt = spawn(
    command,
    [...words, "--no-use-colors", "--log-level-file", "none", "--log-path", folder, "debug", "--connection"],
    {
      env: environment,
      stdio: ["ignore", "pipe", "ignore"],
      timeout: millisecondsMax,
    },
  );
  let output = "";
  dbt.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    dbt.once("error", reject).once("close", resolve);
  }).catch((error: unknown) => {
    throw new ConfigError(`The dbt command ${command} can't be started: run \`make setup\`, or set DBT.`, {
      cause: error,
    });
  });
  if (exitCode === 0 && /Connection test: \[?OK/i.test(output)) return;
  throw new WarehouseError(
    `\`${[command, ...words].join(" ")} debug\` ended with ${exitCode ?? "a time-out"}: run it to see what dbt says, and compare profiles.yml with the environment.`,
  );
}
