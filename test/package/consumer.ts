import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DbtRun, runDbt } from "../dbt/command.ts";
import { repository } from "../tools/repository.ts";

/** A copy of the project in `acme/`, which has installed this one. */
export class Consumer {
  /** For what the test writes. */
  readonly folder: string;
  /** acme's own warehouse. */
  readonly duckdbPath: string;
  /** What the loader fills: acme reads it, and writes nothing there. */
  readonly rawPath: string;
  /** Flags that make dbt take acme for the project. */
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;

  private constructor(folder: string) {
    this.folder = folder;
    this.duckdbPath = join(folder, "acme.duckdb");
    this.rawPath = join(folder, "raw.duckdb");
    const project = join(folder, "acme");
    this.flags = ["--project-dir", project, "--profiles-dir", project];
    this.environment = { INTERCOM_WAREHOUSE: repository, RAW_DUCKDB_PATH: this.rawPath };
  }

  /** With the package installed, from this folder: no network is asked. */
  static async install(): Promise<Consumer> {
    const folder = await mkdtemp(join(tmpdir(), "acme-"));
    await mkdir(join(folder, "acme"));
    await cp(join(import.meta.dirname, "acme"), join(folder, "acme"), { recursive: true });
    const consumer = new Consumer(folder);
    await consumer.succeed(["deps"]);
    return consumer;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  /** Runs dbt on DuckDB. */
  dbt(commandLine: readonly string[], { isRecorded = false, path = this.duckdbPath } = {}): Promise<DbtRun> {
    const environment = { ...this.environment, WAREHOUSE: "duckdb", DUCKDB_PATH: path };
    return runDbt([...commandLine, ...this.flags], this.folder, environment, { isRecorded });
  }

  async succeed(commandLine: readonly string[], options: { readonly isRecorded?: boolean } = {}): Promise<string> {
    const { exitCode, output } = await this.dbt(commandLine, options);
    assert.equal(exitCode, 0, output);
    return output;
  }
}
