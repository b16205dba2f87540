import { spawn } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runDbt } from "../dbt/command.ts";
import { readRows } from "../dbt/raw-warehouse.ts";
import { demoAccountsRelation, writeDemoAccounts } from "../fake/desk/demo-accounts.ts";
import type { FakeIntercom } from "../fake/intercom/server.ts";
import { repository } from "../tools/repository.ts";

const outputShown = 4000;
const churnModels = ["+path:models/marts/churn", "+path:models/marts/feedback", "+conversations"];

/** What `make demo` makes, in a folder of its own: synced by the command line, its marts built by dbt. */
export class DemoWarehouse {
  readonly path: string;
  readonly folder: string;
  readonly #fake: FakeIntercom;

  private constructor(folder: string, fake: FakeIntercom) {
    this.folder = folder;
    this.path = join(folder, "warehouse.duckdb");
    this.#fake = fake;
  }

  static async create(fake: FakeIntercom): Promise<DemoWarehouse> {
    return new DemoWarehouse(await mkdtemp(join(tmpdir(), "churn-demo-")), fake);
  }

  /**
   * Syncs the fake as it is now, writes its accounts, builds the marts that dbt selects by these words. Errors: what a command said
   * when it failed.
   */
  async build(selected: readonly string[] = churnModels): Promise<void> {
    await this.sync();
    await writeDemoAccounts(this.path, this.#fake.world.accounts());
    await this.buildAgain(selected);
  }

  /** The same build of what is there already. */
  async buildAgain(
    selected: readonly string[] = churnModels,
    moreVars: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const vars = JSON.stringify({ accounts_relation: demoAccountsRelation, ...moreVars });
    const scope = ["--exclude-resource-type", "test", "unit_test", "--vars", vars, "--select", ...selected];
    const built = await runDbt(["build", ...scope], this.folder, { WAREHOUSE: "duckdb", DUCKDB_PATH: this.path });
    if (built.exitCode !== 0) throw new Error(built.output.slice(-outputShown));
  }

  /** Syncs the fake as it is now, without a build. */
  sync(): Promise<void> {
    return this.#loader("sync");
  }

  /** Purges a contact, by its id, without a build. */
  purge(contactId: string): Promise<void> {
    return this.#loader("purge", "--contact", contactId);
  }

  /** A file with the warehouse as it is now. */
  async copy(name: string): Promise<string> {
    const path = join(this.folder, name);
    await copyFile(this.path, path);
    return path;
  }

  rows(sql: string): Promise<unknown[]> {
    return readRows(this.path, sql);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  #loader(...commandLine: readonly string[]): Promise<void> {
    const environment = {
      ...process.env,
      INTERCOM_BASE_URL: this.#fake.url,
      INTERCOM_ACCESS_TOKEN: this.#fake.token,
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: this.path,
      STATE_DIR: this.folder,
    };
    return run("node", ["loader/cli.ts", ...commandLine], environment);
  }
}

/** Runs a command in the project's folder; rejects with the end of what it printed when its exit code is not 0. */
function run(command: string, commandLine: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, commandLine, { cwd: repository, env: environment, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${command}: ${said.slice(-outputShown)}`)),
    );
  });
}
