import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differencesOfCopy } from "./built-copy.ts";
import { runDbt } from "./command.ts";
import { ProjectCopy } from "./project-copy.ts";
import { makeRawWarehouse } from "./raw-warehouse.ts";
import { smallWorkspace } from "./small-workspace.ts";

const selection = ["--select", "+int_conversation_facts", "+int_conversation_teammates"];

/** A small warehouse, and a copy of the project that a test may change as an upgrade does. */
export class UpgradedWarehouse {
  readonly duckdbPath: string;
  readonly project: ProjectCopy;
  readonly #workFolder: string;

  private constructor(workFolder: string, project: ProjectCopy) {
    this.#workFolder = workFolder;
    this.duckdbPath = join(workFolder, "warehouse.duckdb");
    this.project = project;
  }

  /** With all models of the selection built. */
  static async make(): Promise<UpgradedWarehouse> {
    const workFolder = await mkdtemp(join(tmpdir(), "upgrade-"));
    const project = await ProjectCopy.make(join(workFolder, "project"));
    const warehouse = new UpgradedWarehouse(workFolder, project);
    await makeRawWarehouse(warehouse.duckdbPath, smallWorkspace);
    assert.deepEqual(await warehouse.rebuiltModels(), []);
    return warehouse;
  }

  remove(): Promise<void> {
    return rm(this.#workFolder, { recursive: true });
  }

  /** Builds by increments, and gives the models that dbt says it builds in full, with its reasons. */
  async rebuiltModels(flags: readonly string[] = selection, path = this.duckdbPath): Promise<string[]> {
    const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: path };
    const run = await runDbt(["run", ...this.project.flags, ...flags], this.#workFolder, environment);
    assert.equal(run.exitCode, 0, run.output);
    return run.output.split("\n").filter((line) => line.includes("is built in full:"));
  }

  /** Builds the whole selection, without rows of the raw tables. */
  async buildEmpty(): Promise<void> {
    await this.rebuiltModels([...selection, "--empty"]);
  }

  /** The tables whose rows a full build would give otherwise. */
  differencesFromFullBuild(): Promise<string[]> {
    const flags = [...selection, "--full-refresh"];
    return differencesOfCopy(this.duckdbPath, join(this.#workFolder, "full"), (path) =>
      this.rebuiltModels(flags, path),
    );
  }
}
