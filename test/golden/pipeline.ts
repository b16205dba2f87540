import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { readConfig } from "../../loader/config.ts";
import { realEffects } from "../../loader/effects.ts";
import { DuckDbWarehouse } from "../../loader/load/duckdb/warehouse.ts";
import { readSyncOptions } from "../../loader/sync/options.ts";
import { Progress } from "../../loader/sync/progress.ts";
import type { RunSummary } from "../../loader/sync/summary.ts";
import { sync } from "../../loader/sync.ts";
import { differingTables } from "../checker/same-tables.ts";
import { withoutTests } from "../dbt/built-copy.ts";
import { runDbt, varsFlags } from "../dbt/command.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";

export const martsSchema = "golden";

export const rawSchema = "golden_raw";
const toldLinesMax = 60;

/** An Intercom to sync from. */
export type Origin = { readonly url: string; readonly token: string };

/** How to build: `vars` go to dbt, `isTested` says whether its tests of data run, `isFull` builds incremental models in full. */
export type BuildOptions = {
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly isTested?: boolean;
  readonly isFull?: boolean;
};

/** A warehouse in a folder of its own, which the loader fills and dbt builds. */
export class Pipeline {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<Pipeline> {
    return new Pipeline(await mkdtemp(join(tmpdir(), "golden-")));
  }

  /** One run of the loader over all streams. Throws what ended it early. */
  async sync(origin: Origin): Promise<RunSummary> {
    const config = readConfig({ ...this.#environment(), INTERCOM_BASE_URL: origin.url });
    const { duckdbPath: path, rawDataset, stateDirectory } = config;
    const summary = await sync({
      config,
      accessToken: origin.token,
      options: readSyncOptions({}),
      effects: realEffects(() => undefined),
      progress: new Progress(),
      openWarehouse: () => DuckDbWarehouse.open({ path, rawDataset, stateDirectory }),
      signal: new AbortController().signal,
    });
    if (summary.error !== undefined) throw summary.error;
    return summary;
  }

  /**
   * `dbt build`: all models and all tests on their data (unit tests need no data and have their own place; a full build is
   * compared with a tested one). Throws with the end of dbt's output when any of them fails.
   *
   * Tests of data take half of a build's time. So builds one after the other are tested after the last, in which tables have grown by
   * all of them; after the others, a checker compares the marts' rows.
   */
  async build({ vars = {}, isTested = true, isFull = false }: BuildOptions = {}): Promise<void> {
    const tested = ["--exclude-resource-type", ...(isTested ? [] : ["test"]), "unit_test"];
    const scope = isFull ? withoutTests : tested;
    const { exitCode, output } = await runDbt(
      ["build", ...scope, ...varsFlags(vars)],
      this.#folder,
      this.#environment(),
    );
    const lines = output.split("\n").slice(-toldLinesMax);
    if (exitCode !== 0) throw new Error(`dbt build ended with ${exitCode}:\n${lines.join("\n")}`);
  }

  /** Builds incremental models in full. Says in words which tables then have rows that they did not have by increments, or lack some. */
  async differencesOfFullBuild(options: Omit<BuildOptions, "isFull"> = {}): Promise<string[]> {
    const byIncrements = join(this.#folder, "by-increments.duckdb");
    await copyFile(this.#environment().DUCKDB_PATH, byIncrements);
    await this.build({ ...options, isFull: true });
    const schemas = [martsSchema, `${martsSchema}_staging`];
    return this.read((connection) => differingTables(connection, byIncrements, schemas));
  }

  /** Lends a connection to the built file. */
  async read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return readDuckDb(this.#environment().DUCKDB_PATH, work);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #environment() {
    return {
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: join(this.#folder, "warehouse.duckdb"),
      STATE_DIR: this.#folder,
      RAW_DATASET: rawSchema,
      MARTS_DATASET: martsSchema,
    };
  }
}
