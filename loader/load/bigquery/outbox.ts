import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BigQuery } from "@google-cloud/bigquery";
import type { ActivationRow, OutboxStore, ResultRow } from "../../activate/outbox-store.ts";
import type { Effects } from "../../effects.ts";
import { ConfigError, WarehouseError } from "../../errors.ts";
import { writeJson } from "../../json.ts";
import { datasetIdentity } from "../../run-owner.ts";
import type { SqlDialect } from "../../sql.ts";
import type { RawRow } from "../raw-tables.ts";
import { Spool } from "../spool.ts";
import { type BigQueryConnection, openBigQuery } from "./client.ts";
import { asFatalError, isTableMissing } from "./errors.ts";
import { LoadJobs } from "./jobs.ts";
import { RunLock } from "./lock.ts";
import { queryRequest, queryRows } from "./query.ts";
import { dialectOf } from "./sql.ts";
import { prepareTables } from "./tables.ts";

export type BigQueryOutboxOptions = {
  readonly connection: BigQueryConnection;
  readonly rawDataset: string;
  readonly martsDataset: string;
  readonly stateDirectory: string;
  readonly effects: Effects;
  readonly runId: string;
};

/**
 * The outbox's table in BigQuery. Load jobs append the steps, each job whole or not at all; a job's id follows from its
 * content. A run takes one job for its plan, one for each page of 1,000 rows, and one at the end. A page is marked as sent
 * in one job with the results of the page before it. A table takes 1,500 jobs a day. The run lock keeps other runs out.
 */
export class BigQueryOutbox implements OutboxStore {
  readonly dialect: SqlDialect;
  readonly #client: BigQuery;
  readonly #options: BigQueryOutboxOptions;
  readonly #jobs: LoadJobs;
  readonly #lock: RunLock;
  readonly #spool: Spool;
  readonly #directory: string;
  #files = 0;

  private constructor(client: BigQuery, options: BigQueryOutboxOptions, jobs: LoadJobs, lock: RunLock, spool: Spool) {
    this.#client = client;
    this.#options = options;
    this.#jobs = jobs;
    this.#lock = lock;
    this.#spool = spool;
    this.#directory = join(options.stateDirectory, "spool", options.runId);
    this.dialect = dialectOf(options.connection.project);
  }

  /** Makes missing tables and takes the run lock. Errors: ConfigError when another run has it; WarehouseError. */
  static async open(options: BigQueryOutboxOptions): Promise<BigQueryOutbox> {
    const { connection, rawDataset: datasetName, stateDirectory, effects, runId } = options;
    const client = await openBigQuery(connection);
    const { dataset, location } = await prepareTables(client, connection, datasetName, effects);
    const loadedAt = new Date(effects.now()).toISOString();
    const identity = datasetIdentity(connection, datasetName);
    const spool = await Spool.open(stateDirectory, { workspaceId: "", runId, loadedAt }, identity);
    let lock: RunLock | undefined;
    try {
      lock = await RunLock.take({ client, connection, datasetName, effects }, runId);
      await spool.removeEnded();
      const isCompressed = connection.emulatorHost === undefined;
      const jobs = new LoadJobs({ client, dataset, location, project: connection.project, effects, isCompressed });
      return new BigQueryOutbox(client, options, jobs, lock, spool);
    } catch (error) {
      await lock?.release();
      await spool.remove();
      throw error;
    }
  }

  async rows(sql: string, doing: string): Promise<readonly ResultRow[]> {
    return (await this.#rows(sql, doing)).map((row) => Object.values(row));
  }

  /** A query's answer stays as it was when the query began, whatever is loaded meanwhile. */
  async *stream(sql: string, doing: string): AsyncGenerator<ResultRow> {
    const { connection } = this.#options;
    const rows = this.#client.createQueryStream(queryRequest(connection, sql));
    try {
      for await (const row of rows) yield Object.values(row);
    } catch (error) {
      throw asFatalError(error, { doing, ...connection });
    }
  }

  async insert(query: string): Promise<number> {
    const found = await this.#rows(query, "plan what is to be sent");
    await this.#load(found.map((row) => ({ ...row, step: Number(row["step"]) })));
    return found.length;
  }

  async append(rows: readonly ActivationRow[]): Promise<void> {
    await this.#lock.check();
    await this.#load(rows);
  }

  async close(): Promise<void> {
    await this.#lock.release();
    await this.#spool.remove();
  }

  async #load(rows: readonly RawRow[]): Promise<void> {
    if (rows.length === 0) return;
    this.#files += 1;
    const path = join(this.#directory, `activations-${this.#files}.ndjson`);
    const writtenAt = new Date(this.#options.effects.now()).toISOString();
    await writeFile(path, rows.map((row) => `${writeJson({ ...row, _loaded_at: writtenAt })}\n`).join(""));
    // The run is part of the job's id: another run may add the same steps.
    const result = await this.#jobs.load(this.#options.runId, { table: "_activations", path, rows: rows.length });
    if (!result.isLoaded)
      throw new WarehouseError(
        "BigQuery refused rows for _activations: run `make doctor`, which compares the table with its definition, and run again.",
        { cause: result.problems },
      );
  }

  #rows(sql: string, doing: string): ReturnType<typeof queryRows> {
    const { connection, effects, martsDataset } = this.#options;
    const rowsInstead = (error: unknown): undefined => {
      if (!isTableMissing(error)) return undefined;
      throw new ConfigError(
        `Project ${connection.project} has no table ${martsDataset}.support_ticket_closed yet: run \`make build\`.`,
        { cause: error },
      );
    };
    return queryRows({ client: this.#client, connection, effects }, sql, { doing, rowsInstead });
  }
}
