import { fstatSync } from "node:fs";
import type { Command } from "commander";
import type { Config } from "../config.ts";
import { exportFormats, readExportFormat, writeRows } from "../export/export.ts";
import { readMoment } from "../flags.ts";
import type { NormalizedRow } from "../normalized-row.ts";
import { optional, withEnvironment } from "./help.ts";
import { printError } from "./print.ts";
import { readWarehouseConfig } from "./warehouse.ts";

type Flags = { readonly format: string; readonly since?: string };

export function addExportCommand(program: Command): void {
  const command = program
    .command("export")
    .description("Write the conversations mart to standard output, one normalized row per conversation.")
    .option("--format <format>", exportFormats.join(" or "), "ndjson")
    .addOption(optional("--since <time>", "only conversations changed since this time", "all"))
    .action(run);
  withEnvironment(command, "warehouse", "bigQuery");
}

async function run(flags: Flags): Promise<void> {
  const config = readWarehouseConfig();
  const format = readExportFormat(flags.format);
  sayIfOpen();
  const since = flags.since === undefined ? undefined : readMoment("--since", flags.since);
  await writeRows(await normalizedRows(config, since), format, process.stdout);
}

/** @param since epoch seconds */
async function normalizedRows(config: Config, since: number | undefined): Promise<AsyncIterable<NormalizedRow>> {
  const { martsDataset, stateDirectory } = config;
  if (config.warehouse === "duckdb") {
    const { readNormalizedRows } = await import("../load/duckdb/marts.ts");
    return readNormalizedRows({ path: config.duckdbPath, martsDataset, stateDirectory }, since);
  }
  const { readBigQueryRows } = await import("../load/bigquery/marts.ts");
  return readBigQueryRows({ connection: config.bigQuery, martsDataset }, since);
}

/** The shell has made the file that the rows go to, so the file is not this program's to close. */
function sayIfOpen(): void {
  const output = fstatSync(process.stdout.fd);
  if (output.isFile() && (output.mode & 0o077) !== 0)
    printError(
      "loader: other users of this machine may read the file of this export: run `chmod 600` on it, or `umask 077` before.",
    );
}
