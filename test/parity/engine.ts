import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Config, readConfig, readDbtCommand } from "../../loader/config.ts";
import { openBigQuery } from "../../loader/load/bigquery/client.ts";
import { repository } from "../tools/repository.ts";
import { canonicalRow, type Row } from "./rows.ts";

const toldCharactersMax = 4000;

export type EngineName = "duckdb" | "bigquery";

/** A mart's rows, each as one text in which equal values are written equally, in the order of those texts. */
export type MartRows = ReadonlyMap<string, readonly string[]>;

/** One of the two engines: raw tables, and a dbt that has its own folders and datasets. */
export class Engine {
  readonly #name: EngineName;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #dbt: readonly string[];

  private constructor(name: EngineName, folder: string, emulatorHost: string, suffix: string) {
    this.#name = name;
    this.#folder = folder;
    this.#dbt = name === "duckdb" ? [join(repository, ".venv/bin/dbt")] : readDbtCommand();
    this.#environment = {
      WAREHOUSE: name,
      DUCKDB_PATH: join(folder, "warehouse.duckdb"),
      STATE_DIR: folder,
      RAW_DATASET: `parity_raw_${suffix}`,
      MARTS_DATASET: `parity_${suffix}`,
      BIGQUERY_PROJECT: "test",
      BIGQUERY_EMULATOR_HOST: emulatorHost,
      BIGQUERY_LOCATION: "",
      DBT_PROFILES_DIR: repository,
    };
  }

  /** @param suffix keeps the datasets of one comparison apart from another's */
  static async create(name: EngineName, emulatorHost: string, suffix: string): Promise<Engine> {
    return new Engine(name, await mkdtemp(join(tmpdir(), `parity-${name}-`)), emulatorHost, suffix);
  }

  get config(): Config {
    return readConfig(this.#environment);
  }

  /**
   * Builds the models, without their tests (those run where they are fast). Throws with the end of dbt's output.
   * @param leftOut models that are not built, nor what is built on them
   */
  async build(leftOut: readonly string[]): Promise<void> {
    const [command = "dbt", ...words] = this.#dbt;
    const folders = ["--target-path", join(this.#folder, "target"), "--log-path", join(this.#folder, "logs")];
    const exclude = leftOut.length === 0 ? [] : ["--exclude", ...leftOut.map((model) => `${model}+`)];
    const select = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"];
    const dbt = spawn(command, [...words, "build", "--no-use-colors", ...select, ...folders, ...exclude], {
      cwd: repository,
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
    if (exitCode !== 0) throw new Error(`dbt build on ${this.#name} ended with ${exitCode}:\n${output}`);
  }

  /** The rows of every mart that the last build made. */
  async marts(): Promise<MartRows> {
    const found = new Map<string, readonly string[]>();
    for (const mart of await this.#builtMarts()) {
      const rows = this.#name === "duckdb" ? await this.#duckDbRows(mart) : await this.#bigQueryRows(mart);
      found.set(mart, rows.map((row) => canonicalRow(row)).toSorted());
    }
    return found;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #builtMarts(): Promise<readonly string[]> {
    // dbt's own formats; only these fields are relied on.
    const manifest = (await this.#artifact("manifest.json")) as {
      nodes: Record<string, { resource_type: string; path: string; name: string }>;
    };
    const { results } = (await this.#artifact("run_results.json")) as {
      results: { unique_id: string; status: string }[];
    };
    return results
      .filter(({ status }) => status === "success")
      .map(({ unique_id }) => manifest.nodes[unique_id])
      .filter((node) => node !== undefined)
      .filter((node) => node.resource_type === "model" && node.path.startsWith("marts/"))
      .map((node) => node.name)
      .toSorted();
  }

  async #artifact(name: string): Promise<unknown> {
    return JSON.parse(await readFile(join(this.#folder, "target", name), "utf8"));
  }

  async #duckDbRows(mart: string): Promise<readonly Row[]> {
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

  async #bigQueryRows(mart: string): Promise<readonly Row[]> {
    const client = await openBigQuery(this.config.bigQuery);
    const [rows] = await client.query(`select * from \`test.${this.#environment["MARTS_DATASET"]}.${mart}\``);
    return rows;
  }
}
