import type { Command } from "commander";
import type { Config } from "../config.ts";
import type { MartReader } from "../marts.ts";
import { forgetKeys } from "../secrets.ts";
import { withEnvironment } from "./help.ts";
import { quietEffects } from "./log.ts";
import { print } from "./print.ts";
import { startWriting } from "./start.ts";
import { readWarehouseConfig } from "./warehouse.ts";

type Flags = { readonly output: string; readonly withoutPeople?: boolean };

const defaultPath = "data/report.html";

export function addReportCommand(program: Command): void {
  const command = program
    .command("report")
    .description("Write a page that shows the marts, for people who write no SQL. It needs no server and no network.")
    .option("--output <file>", "the file to write", defaultPath)
    .option("--without-people", "leave out names, e-mail addresses and what customers wrote")
    .action((flags: Flags) => run(flags, program.version() ?? ""));
  withEnvironment(command, "warehouse", "bigQuery");
}

async function run(flags: Flags, version: string): Promise<void> {
  const config = readWarehouseConfig();
  // The bundler of the page's script is a program of its own.
  forgetKeys();
  await startWriting(config);
  const { now } = quietEffects();
  const { writeReport } = await import("../report/report.ts");
  const marts = await openMarts(config);
  try {
    const bytes = await writeReport(marts, flags.output, {
      version,
      madeAtMs: now(),
      hasPeople: flags.withoutPeople !== true,
    });
    print(`${flags.output}: ${Math.ceil(bytes / 1000)} kB. Open it in a browser.`);
  } finally {
    await marts.close();
  }
}

async function openMarts(config: Config): Promise<MartReader> {
  const { martsDataset, stateDirectory } = config;
  if (config.warehouse === "duckdb") {
    const marts = await import("../load/duckdb/marts.ts");
    return marts.openMarts({ path: config.duckdbPath, martsDataset, stateDirectory });
  }
  const marts = await import("../load/bigquery/marts.ts");
  return marts.openMarts({ connection: config.bigQuery, martsDataset, effects: quietEffects() });
}
