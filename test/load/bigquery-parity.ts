import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { readConfig, readDbtCommand, readSyncOptions } from "../../loader/config.ts";
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

/** One of the two engines, with a loader and a dbt that have their own folders and datasets. */
export class Engine {
  readonly #name: "duckdb" | "bigquery";
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #dbt: readonly string[];

  private constructor(name: "duckdb" | "bigquery", folder: string, emulatorHost: string, suffix: string) {
    this.#name = name;
    this.#folder = folder;
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

  /** One run of the loader over all streams. Throws what ended it early. */
  async sync(origin: Origin): Promise<void> {
    const config = readConfig({ ...this.#environment, INTERCOM_BASE_URL: origin.url });
    const effects = realEffects(() => undefined);
    const summary = await sync({
      config,
      accessToken: origin.token,
      options: readSyncOptions({}),
      effects,
      progress: new Progress(),
      openWarehouse: async (): Promise<Warehouse> => {
        const { duckdbPath: path, rawDataset, stateDirectory, bigQuery: connection } = config;
        if (this.#name === "duckdb") return DuckDbWarehouse.open({ path, rawDataset, stateDirectory });
        const onRefused = (stream: string, id: string | undefined): never => {
          throw new Error(`BigQuery refused ${stream} ${id}`);
        };
        return BigQueryWarehouse.open({ connection, rawDataset, stateDirectory, effects, onRefused });
      },
      signal: new AbortController().signal,
    });
    if (summary.error !== undefined) throw summary.error;
  }

  /** Builds seeds and models, without their tests (those run where they are fast). Throws with the end of dbt's output. */
  async build(): Promise<void> {
    const [command = "dbt", ...words] = this.#dbt;
    const folders = ["--target-path", join(this.#folder, "target"), "--log-path", join(this.#folder, "logs")];
    const dbt = spawn(command, [...words, "run", "--no-use-colors", ...folders], {
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
    if (exitCode !== 0) throw new Error(`dbt run on ${this.#name} ended with ${exitCode}:\n${output}`);
  }

  /** The rows of every mart that was built. */
  async marts(): Promise<MartRows> {
    const found = new Map<string, readonly string[]>();
    for (const name of await this.#martNames()) {
      const rows = this.#name === "duckdb" ? await this.#duckDbRows(name) : await this.#bigQueryRows(name);
      found.set(name, rows.map((row) => canonical(row)).toSorted());
    }
    return found;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #martNames(): Promise<string[]> {
    // dbt's own format; only these fields are relied on.
    const manifest = JSON.parse(await readFile(join(this.#folder, "target", "manifest.json"), "utf8")) as {
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
  return value;
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
