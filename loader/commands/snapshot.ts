import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Command } from "commander";
import { ConfigError } from "../errors.ts";
import type { Readers } from "../private-files.ts";
import { optional, withEnvironment } from "./help.ts";
import { print } from "./print.ts";
import { startWriting } from "./start.ts";
import { readWarehouseConfig } from "./warehouse.ts";

type Flags = { readonly parquet?: string; readonly ifAny?: boolean };

export function addSnapshotCommand(program: Command): void {
  const command = program
    .command("snapshot")
    .description("Copy the marts into a DuckDB file that readers may hold open while syncs and builds run.")
    .addOption(optional("--parquet <folder>", "also write each mart as a Parquet file into this folder", "none"))
    .option("--if-any", "do nothing where no marts are built, or where DUCKDB_MARTS_PATH is off")
    .action((flags: Flags) => run(flags, program.version() ?? ""));
  withEnvironment(command, "warehouse");
}

/** Errors: ConfigError when the warehouse is BigQuery, whose readers block nobody, or when there shall be no such file. */
async function run({ parquet, ifAny }: Flags, version: string): Promise<void> {
  const config = readWarehouseConfig();
  if (parquet === "") throw new ConfigError("--parquet names no folder.");
  const { duckdbMartsPath: output, martsDataset, stateDirectory } = config;
  const isOptional = ifAny === true;
  if (config.warehouse === "bigquery")
    throw new ConfigError("A snapshot is for DuckDB only: in BigQuery, readers may query the marts at any time.");
  if (output === undefined && isOptional) return;
  if (output === undefined)
    throw new ConfigError("DUCKDB_MARTS_PATH is off: unset it, or set it to the file that readers shall open.");
  await startWriting(config);
  const { writeParquet, writeSnapshot } = await import("../load/duckdb/snapshot.ts");
  const { duckdbPath: path, duckdbMemoryLimit: memoryLimit, duckdbMartsReaders: readers } = config;
  const options = { path, martsDataset, stateDirectory, memoryLimit, output, isOptional, version, readers };
  const snapshot = await writeSnapshot(options);
  if (snapshot === undefined) return;
  const megabytes = `${Math.ceil(snapshot.bytes / 1e6)} MB`;
  print(
    snapshot.isNew
      ? `${output}: ${snapshot.marts} marts for readers, ${megabytes}.`
      : `${output} has today's marts already.`,
  );
  await sayIfUnreachable(output, readers);
  if (parquet === undefined) return;
  print(`${parquet}: ${await writeParquet(options, parquet)} Parquet files.`);
}

/** Readers need the folder too, and the folder of the warehouse is closed to them. */
async function sayIfUnreachable(output: string, readers: Readers): Promise<void> {
  if (readers === "owner") return;
  const folder = dirname(output);
  const needed = readers === "group" ? 0o010 : 0o001;
  if (((await stat(folder)).mode & needed) !== 0) return;
  print(`But only its owner may enter ${folder}: set DUCKDB_MARTS_PATH to a file in a folder that readers may enter.`);
}
