import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runDbt } from "../dbt/command.ts";
import { repository } from "../tools/repository.ts";

const python = join(repository, ".venv-statistics/bin/python");
const outputShown = 4000;

/** One kind of figure, ours against a library's. */
type Comparison = {
  readonly name: string;
  readonly compared: number;
  readonly worst_relative_error: number;
  readonly failures: readonly string[];
};

/** What check.py says: comparisons with the libraries, and how tests and intervals fare where the truth is known. */
export type CheckReport = {
  readonly comparisons: readonly Comparison[];
  /** By share of tickets with a tag that chance put there: how often the tag is taken for a sign of churn. */
  readonly false_tag_shares: Readonly<Record<string, number>>;
  /** The same for a tag that spreads while churn grows, in the mart's strata and in those without the calendar. */
  readonly false_drifting_tag_shares: { readonly in_strata: number; readonly at_any_time: number };
  /** By number of accounts: the shares of intervals that hold the truth. */
  readonly coverage: readonly {
    readonly accounts: number;
    readonly rates: number;
    readonly rates_held: number;
    readonly odds_ratios: number;
    readonly odds_ratios_held: number;
    readonly odds_ratios_held_unclustered: number;
  }[];
  readonly seeds: number;
  readonly false_feature_share: number;
  /** In how many panels in which nothing is a feature is found: by the score test, and by the slope's own. */
  readonly misled_share: number;
  readonly misled_share_by_slope: number;
  readonly false_topic_share: number;
  readonly false_topic_share_unclustered: number;
  readonly odds_ratios_found: number;
  readonly odds_ratios_covered: number;
  readonly slopes_found: number;
  readonly slopes_covered: number;
  /** In how many panels in which no phrase differs one is found, and in how many the planted phrase. */
  readonly phrases_found_by_chance_share: number;
  readonly planted_phrases_found: number;
};

/** The statistics macros as DuckDB's SQL over panel_… relations: the path of the compiled file, written into the folder. */
export async function compilePanelQueries(folder: string): Promise<string> {
  const source = await readFile(join(import.meta.dirname, "panel-queries.sql"), "utf8");
  const commandLine = ["--quiet", "compile", "--no-populate-cache", "--no-introspect", "--inline", source];
  const compiled = await runDbt(commandLine, folder, {
    WAREHOUSE: "duckdb",
    DUCKDB_PATH: join(folder, "warehouse.duckdb"),
  });
  if (compiled.exitCode !== 0) throw new Error(compiled.output.slice(-outputShown));
  const path = join(folder, "panel-queries.sql");
  await writeFile(path, compiled.output.slice(compiled.output.indexOf("-- query: ")));
  return path;
}

/** Runs check.py over the compiled queries and a warehouse's churn marts. Errors: what Python said. */
export async function runCheck(queriesPath: string, warehousePath: string, schema: string): Promise<CheckReport> {
  const child = spawn(python, [join(import.meta.dirname, "check.py"), queriesPath, warehousePath, schema], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) => reject(new Error("no Python with the libraries: run make test", { cause })));
    child.once("close", resolve);
  });
  if (exitCode !== 0) throw new Error(`check.py ended with ${exitCode}: ${said.slice(-outputShown)}`);
  // check.py's own format, see its main().
  return JSON.parse(printed) as CheckReport;
}
