// A warehouse for tests of upgrades and restores: its desk, and what runs there as a user would run it.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { TestContext } from "node:test";
import { differingTables } from "../checker/same-tables.ts";
import { runDbt } from "../dbt/command.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { FakePostHog } from "../fake/posthog/server.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { type Ended, loader } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";

const earlierTables = join(repository, "test/upgrade/0.1.0");

/** The made-up Intercom that the stored warehouse was made of, and an empty PostHog. */
export async function setUpDesk(context: TestContext) {
  const intercom = await startedFor(context, { conversations: 40, seed: 11 });
  const postHog = await FakePostHog.start();
  context.after(() => postHog.close());
  const environmentOf = (folder: string): Record<string, string> => ({
    INTERCOM_BASE_URL: intercom.url,
    INTERCOM_ACCESS_TOKEN: intercom.token,
    POSTHOG_HOST: postHog.url,
    POSTHOG_API_KEY: postHog.apiKey,
    DUCKDB_PATH: join(folder, "warehouse.duckdb"),
    STATE_DIR: join(folder, "state"),
  });
  return { intercom, postHog, newPlace: () => new Place(temporaryFolder(context), environmentOf) };
}

/** A folder with a warehouse. */
export class Place {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;

  constructor(folder: string, environmentOf: (folder: string) => Record<string, string>) {
    this.folder = folder;
    this.environment = environmentOf(folder);
  }

  get path(): string {
    return this.environment["DUCKDB_PATH"] ?? "";
  }

  /** Runs a command of the loader, which must end with 0. */
  async run(...command: readonly string[]): Promise<Ended> {
    const ended = await this.try(...command);
    assert.equal(ended.exitCode, 0, `${command.join(" ")}: ${ended.stderr.split("\n").slice(-3).join("\n")}`);
    return ended;
  }

  try(...command: readonly string[]): Promise<Ended> {
    return loader(command, this.environment);
  }

  async build(): Promise<void> {
    const selection = ["--select", "+support_ticket_closed", "--exclude-resource-type", "unit_test", "test"];
    const { exitCode, output } = await runDbt(["build", ...selection], this.folder, {
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: this.path,
    });
    assert.equal(exitCode, 0, output.split("\n").slice(-40).join("\n"));
  }

  /** The raw tables as version 0.1.0 left them. */
  async makeOfEarlierVersion(): Promise<void> {
    await withDuckDb(this.path, async (connection) => {
      await connection.run("create schema intercom_raw");
      for (const file of readdirSync(earlierTables)) {
        const table = `intercom_raw.${basename(file, ".parquet")}`;
        await connection.run(`create table ${table} as from read_parquet('${join(earlierTables, file)}')`);
      }
    });
  }

  async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return withDuckDb(this.path, async (connection) => (await connection.runAndReadAll(sql)).getRowsJson());
  }

  /** In words, which rows of the stored tables of version 0.1.0 are not here any more. */
  async lostRows(): Promise<readonly string[]> {
    const lost: string[] = [];
    for (const file of readdirSync(earlierTables)) {
      const table = basename(file, ".parquet");
      const before = `read_parquet('${join(earlierTables, file)}')`;
      const columns = (await this.rows(`select column_name from (describe from ${before})`)).flat().join(", ");
      const [[count] = []] = await this.rows(
        `select count(*)::integer from (select ${columns} from ${before} except all select ${columns} from intercom_raw.${table})`,
      );
      if (count !== 0) lost.push(`${table}: ${String(count)}`);
    }
    return lost;
  }

  /** In words, which tables of some schemas differ from another place's; `_model_versions` says when they were built. */
  async differences(other: Place, schemas: readonly string[]): Promise<readonly string[]> {
    const differing = await withDuckDb(this.path, (connection) => differingTables(connection, other.path, schemas));
    return differing.filter((words) => !words.startsWith("intercom_staging._model_versions:"));
  }
}

/** How many threads were requested so far. */
export function threadRequests(intercom: {
  readonly requests: { readonly byRoute: ReadonlyMap<string, number> };
}): number {
  return intercom.requests.byRoute.get("GET /conversations/{id}") ?? 0;
}
