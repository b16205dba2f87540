import { spawn } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Config, readConfig, readDbtCommand, readSyncOptions } from "../../loader/config.ts";
import { realEffects } from "../../loader/effects.ts";
import { BigQueryWarehouse } from "../../loader/load/bigquery.ts";
import { openBigQuery } from "../../loader/load/bigquery-client.ts";
import { DuckDbWarehouse } from "../../loader/load/duckdb.ts";
import type { Warehouse } from "../../loader/load/warehouse.ts";
import { Progress } from "../../loader/progress.ts";
import { sync } from "../../loader/sync.ts";

const projectRoot = join(import.meta.dirname, "../..");
const toldCharactersMax = 4000;

/** An Intercom to sync from. */
type Origin = { readonly url: string; readonly token: string };

/** A mart's rows, each as one text in which equal values are written equally, in the order of those texts. */
export type MartRows = ReadonlyMap<string, readonly string[]>;

/** One of the two engines: raw tables, and a dbt that has its own folders and datasets. */
export class Engine {
  readonly name: "duckdb" | "bigquery";
  readonly folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #dbt: readonly string[];

  private constructor(name: "duckdb" | "bigquery", folder: string, emulatorHost: string, suffix: string) {
    this.name = name;
    this.folder = folder;
    this.#dbt = name === "duckdb" ? [join(projectRoot, ".venv/bin/dbt")] : readDbtCommand();
    this.#environment = {
      WAREHOUSE: name,
      DUCKDB_PATH: join(folder, "warehouse.duckdb"),
      STATE_DIR: folder,
      RAW_DATASET: `parity_raw_${suffix}`,
      MARTS_DATASET: `parity_${suffix}`,
      BIGQUERY_PROJECT: "test",
      BIGQUERY_EMULATOR_HOST: emulatorHost,
      BIGQUERY_LOCATION: "",
      DBT_PROFILES_DIR: projectRoot,
    };
  }

  static async create(name: "duckdb" | "bigquery", emulatorHost: string, suffix: string): Promise<Engine> {
    return new Engine(name, await mkdtemp(join(tmpdir(), `parity-${name}-`)), emulatorHost, suffix);
  }

  get config(): Config {
    return readConfig(this.#environment);
  }

  /**
   * Builds the models, without their tests (those run where they are fast). Throws with the end of dbt's output.
   * @param left models that are left out, with what is built on them
   */
  async build(left: readonly string[]): Promise<void> {
    const [command = "dbt", ...words] = this.#dbt;
    const folders = ["--target-path", join(this.folder, "target"), "--log-path", join(this.folder, "logs")];
    const exclude = left.length === 0 ? [] : ["--exclude", ...left.map((model) => `${model}+`)];
    const dbt = spawn(command, [...words, "run", "--no-use-colors", ...folders, ...exclude], {
      cwd: projectRoot,
      env: { ...process.env, ...this.#environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    dbt.stdout.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-toldCharactersMax);
    });
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      dbt.once("error", reject).once("close", resolve);
    });
    if (exitCode !== 0) throw new Error(`dbt run on ${this.name} ended with ${exitCode}:\n${output}`);
  }

  /** The rows of every mart that is there. */
  async marts(): Promise<MartRows> {
    const found = new Map<string, readonly string[]>();
    const built = await this.#built();
    for (const name of (await this.#martNames()).filter((mart) => built.has(mart))) {
      const rows = this.name === "duckdb" ? await this.#duckDbRows(name) : await this.#bigQueryRows(name);
      found.set(name, rows.map((row) => canonical(row)).toSorted());
    }
    return found;
  }

  async #built(): Promise<ReadonlySet<string>> {
    // As above: what this run of dbt built.
    const results = JSON.parse(await readFile(join(this.folder, "target", "run_results.json"), "utf8")) as {
      results: { unique_id: string; status: string }[];
    };
    return new Set(
      results.results
        .filter(({ status }) => status === "success")
        .map(({ unique_id }) => unique_id.split(".").at(-1) ?? ""),
    );
  }

  async #martNames(): Promise<string[]> {
    // dbt's own format; only these fields are relied on.
    const manifest = JSON.parse(await readFile(join(this.folder, "target", "manifest.json"), "utf8")) as {
      nodes: Record<string, { resource_type: string; path: string; name: string }>;
    };
    return Object.values(manifest.nodes)
      .filter((node) => node.resource_type === "model" && node.path.startsWith("marts/"))
      .map((node) => node.name)
      .toSorted();
  }

  async #duckDbRows(mart: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const instance = await DuckDBInstance.create(this.#environment["DUCKDB_PATH"], { access_mode: "READ_ONLY" });
    const connection = await instance.connect();
    try {
      const reader = await connection.runAndReadAll(`select * from ${this.#environment["MARTS_DATASET"]}.${mart}`);
      return reader.getRowObjectsJson();
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }

  async #bigQueryRows(mart: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = await openBigQuery(readConfig(this.#environment).bigQuery);
    const [rows] = await client.query(`select * from \`test.${this.#environment["MARTS_DATASET"]}.${mart}\``);
    return rows;
  }
}

/** Both engines, and a loader that stores every load in both: what differs afterwards, differs in the models. */
export class Pair {
  readonly duckDb: Engine;
  readonly bigQuery: Engine;
  readonly #bigQueryTables: BigQueryWarehouse;

  private constructor(duckDb: Engine, bigQuery: Engine, bigQueryTables: BigQueryWarehouse) {
    this.duckDb = duckDb;
    this.bigQuery = bigQuery;
    this.#bigQueryTables = bigQueryTables;
  }

  static async create(emulatorHost: string, suffix: string): Promise<Pair> {
    const duckDb = await Engine.create("duckdb", emulatorHost, suffix);
    const bigQuery = await Engine.create("bigquery", emulatorHost, suffix);
    const { bigQuery: connection, rawDataset, stateDirectory } = bigQuery.config;
    const tables = await BigQueryWarehouse.open({
      connection,
      rawDataset,
      stateDirectory,
      effects: realEffects(() => undefined),
      onRefused: (stream, id) => {
        throw new Error(`BigQuery refused ${stream} ${id}`);
      },
    });
    await tables.prepare();
    return new Pair(duckDb, bigQuery, tables);
  }

  /** One run of the loader over all streams. Throws what ended it early. */
  async sync(origin: Origin): Promise<void> {
    const { rawDataset, duckdbPath: path, stateDirectory, ...config } = this.duckDb.config;
    const summary = await sync({
      config: { ...config, rawDataset, duckdbPath: path, stateDirectory, baseUrl: origin.url },
      accessToken: origin.token,
      options: readSyncOptions({}),
      effects: realEffects(() => undefined),
      progress: new Progress(),
      openWarehouse: async () => this.#storingInBoth(await DuckDbWarehouse.open({ path, rawDataset, stateDirectory })),
      signal: new AbortController().signal,
    });
    if (summary.error !== undefined) throw summary.error;
  }

  /** Nothing more is synced: what waits for BigQuery is stored. */
  async finish(): Promise<void> {
    await this.#bigQueryTables.close();
  }

  async remove(): Promise<void> {
    for (const { folder } of [this.duckDb, this.bigQuery]) await rm(folder, { recursive: true, force: true });
  }

  #storingInBoth(duckDb: Warehouse): Warehouse {
    return {
      conversationsPerLoad: duckDb.conversationsPerLoad,
      prepare: () => duckDb.prepare(),
      coverage: (workspaceId) => duckDb.coverage(workspaceId),
      storedConversations: (workspaceId, range) => duckDb.storedConversations(workspaceId, range),
      streamCursor: (workspaceId, stream) => duckDb.streamCursor(workspaceId, stream),
      liveRecords: (workspaceId, table, since) => duckDb.liveRecords(workspaceId, table, since),
      countLive: (workspaceId, table) => duckDb.countLive(workspaceId, table),
      listedAsDeleted: (workspaceId) => duckDb.listedAsDeleted(workspaceId),
      status: () => duckDb.status(),
      close: () => duckDb.close(),
      commit: async (load) => {
        const files = load.files.map((file) => ({ ...file, path: `${file.path}.copy` }));
        for (const [index, file] of files.entries()) await copyFile(load.files[index]?.path ?? "", file.path);
        await duckDb.commit(load);
        await this.#bigQueryTables.commit({ ...load, files });
      },
    };
  }
}

/** What both drivers give for equal rows. */
function canonical(row: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(
    Object.entries(row)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, value]) => [name, plain(value)]),
  );
}

/** Numbers come as text from one driver, times as objects from the other. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toPrecision(12);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "object" && "value" in value) return plain(value.value);
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?Z?$/.test(value))
    return new Date(`${value.replace(" ", "T").replace(/Z$/, "")}Z`).toISOString();
  return typeof value === "string" && /^[[{]/.test(value) ? inKeyOrder(value) : value;
}

/** BigQuery keeps JSON objects, not their text: the order of keys is no difference. */
function inKeyOrder(text: string): unknown {
  const sorted = (_key: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : value;
  try {
    return JSON.stringify(JSON.parse(text), sorted);
  } catch {
    return text;
  }
}

/** In words, the first rows that only one of the two has. */
export function differencesOf(left: readonly string[], right: readonly string[]): string[] {
  const only = (rows: readonly string[], others: readonly string[]): string[] => {
    const left = new Map<string, number>();
    for (const row of others) left.set(row, (left.get(row) ?? 0) + 1);
    return rows.filter((row) => {
      const count = left.get(row) ?? 0;
      if (count > 0) left.set(row, count - 1);
      return count === 0;
    });
  };
  return [
    ...only(left, right).map((row) => `only DuckDB: ${row}`),
    ...only(right, left).map((row) => `only BigQuery: ${row}`),
  ];
}
