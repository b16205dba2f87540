import type { Command } from "commander";
import {
  type Config,
  readAccessToken,
  readConfig,
  readDbtCommand,
  readDbtEnvironment,
  readOpenSecretFiles,
  readSecrets,
} from "../config.ts";
import type { DoctorOptions } from "../doctor/doctor.ts";
import type { Effects } from "../effects.ts";
import { withoutSecrets } from "../secrets.ts";
import { printStack } from "./error-report.ts";
import { withEnvironment } from "./help.ts";
import { quietEffects } from "./log.ts";
import { print } from "./print.ts";
import { openPaths } from "./start.ts";

export function addDoctorCommand(program: Command): void {
  const command = program
    .command("doctor")
    .description("Check everything that sync and build need, and say how to fix what is missing.")
    .option("--json", "print JSON")
    .action((flags: { readonly json?: boolean }) => run(flags.json === true, program.opts()["debug"] === true));
  withEnvironment(command, "intercom", "warehouse", "bigQuery", "dbt");
}

async function run(isJson: boolean, isDebug: boolean): Promise<void> {
  const [{ examine }, { checkLine, checksJson, exitCodeOfChecks }] = await Promise.all([
    import("../doctor/doctor.ts"),
    import("../doctor/check.ts"),
  ]);
  const config = readConfig();
  const options = { config, readAccessToken, dbt: readDbtCommand(), ...(await probes(config, quietEffects())) };
  const checks = [];
  const secrets = readSecrets();
  for await (const found of examine(options)) {
    const check = { ...found, found: withoutSecrets(found.found, secrets) };
    checks.push(check);
    if (!isJson) print(checkLine(check));
    if (isDebug && check.error !== undefined) printStack(check.error);
  }
  if (isJson) print(checksJson(checks));
  process.exitCode = exitCodeOfChecks(checks);
}

/** How the checks look at Intercom, DuckDB and BigQuery: the doctor itself imports neither. */
export async function probes(
  config: Config,
  effects: Effects,
  environment: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<Pick<DoctorOptions, "openIntercom" | "duckDb" | "loadBigQuery" | "permissions" | "dbtEnvironment">> {
  const [{ intercomProbe }, { checkFile }, { DuckDbSession }, { knownVersion }] = await Promise.all([
    import("../extract/probe.ts"),
    import("../load/duckdb/errors.ts"),
    import("../load/duckdb/session.ts"),
    import("../load/duckdb/tables.ts"),
  ]);
  return {
    openIntercom: (accessToken, signal) => intercomProbe(config, effects, accessToken, signal),
    duckDb: {
      kindOf: checkFile,
      tryToRead: async ({ duckdbPath: path, rawDataset, stateDirectory }) => {
        const session = await DuckDbSession.openToRead({ path, rawDataset, stateDirectory });
        try {
          await knownVersion(session, { path, rawDataset });
        } finally {
          await session.close();
        }
      },
    },
    dbtEnvironment: readDbtEnvironment(),
    permissions: {
      openPaths: () => openPaths(config, environment),
      openSecretFiles: readOpenSecretFiles(environment),
    },
    loadBigQuery: async () => {
      const { bigQueryProbe } = await import("../load/bigquery/probe.ts");
      return bigQueryProbe(config.bigQuery, effects);
    },
  };
}
