import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../../loader/config.ts";
import type { LogFields } from "../../../loader/effects.ts";
import { Archive } from "../../../loader/load/archive/archive.ts";
import { BigQueryWarehouse } from "../../../loader/load/bigquery/warehouse.ts";
import { readSyncOptions } from "../../../loader/sync/options.ts";
import { Progress } from "../../../loader/sync/progress.ts";
import { exitCodeOf, type RunSummary } from "../../../loader/sync/summary.ts";
import { sync } from "../../../loader/sync.ts";
import type { Json } from "../../fake/bigquery/body.ts";
import { GeneratedWorld, type GeneratedWorldOptions } from "../../fake/desk/generated-world.ts";
import { type FakeIntercom, startFakeIntercom } from "../../fake/intercom/server.ts";
import { ChildRun, type EndedChild } from "../../fault/child-run.ts";
import { differences } from "../../fault/differences.ts";
import { loadBookFaults } from "../../fault/load-book.ts";
import { SkippingClock } from "../../fault/skipping-clock.ts";
import { withSmallLoads } from "../../fault/small-loads.ts";
import { storedContent } from "../../fault/stored-content.ts";
import { worldContent } from "../../fault/world-content.ts";
import { killedAtLine } from "../../tools/killed-at-line.ts";
import type { Backend } from "./backend.ts";
import { withRowsInDuckDb } from "./rows-in-duckdb.ts";

const concurrency = 8;
const threadsPerLoad = 5;
const schema = "stored";

export type RunResult = RunSummary & {
  readonly exitCode: number;
  readonly events: readonly { readonly event: string; readonly fields: LogFields }[];
};

/** A fake Intercom, and a BigQuery that the loader fills from it; the same as the fault suite's with DuckDB. */
export class BigQueryWorkshop<B extends Backend> {
  readonly folder: string;
  readonly fake: FakeIntercom;
  readonly clock: SkippingClock;
  readonly #open: () => Promise<B>;
  #backend: B;
  /** Ids of the conversations whose thread was asked for. */
  readonly #asked = new Set<string>();

  private constructor(fake: FakeIntercom, clock: SkippingClock, open: () => Promise<B>, backend: B) {
    this.folder = mkdtempSync(join(tmpdir(), "intercom-bigquery-"));
    this.fake = fake;
    this.clock = clock;
    this.#open = open;
    this.#backend = backend;
    fake.onRequest(({ route, path }) => {
      if (route === "GET /conversations/{id}") this.#asked.add(path.slice("/conversations/".length));
    });
  }

  static async open<B extends Backend>(
    open: () => Promise<B>,
    options: GeneratedWorldOptions,
  ): Promise<BigQueryWorkshop<B>> {
    const clock = new SkippingClock();
    const fake = await startFakeIntercom({ world: new GeneratedWorld({ now: clock.runningMs, ...options }) });
    return new BigQueryWorkshop(fake, clock, open, await open());
  }

  get backend(): B {
    return this.#backend;
  }

  get environment(): Record<string, string> {
    return {
      INTERCOM_BASE_URL: this.fake.url,
      INTERCOM_ACCESS_TOKEN: this.fake.token,
      INTERCOM_REGION: "",
      WAREHOUSE: "bigquery",
      BIGQUERY_PROJECT: "test",
      BIGQUERY_LOCATION: "",
      BIGQUERY_EMULATOR_HOST: this.#backend.url,
      RAW_DATASET: this.#backend.dataset,
      STATE_DIR: this.folder,
    };
  }

  /** One run of the loader in this process. No sleep of it takes time. */
  /** @param flags of `sync` */
  async run(archive?: string, flags: Readonly<Record<string, unknown>> = {}): Promise<RunResult> {
    const config = readConfig(this.environment);
    const events: { event: string; fields: LogFields }[] = [];
    const effects = this.clock.effects(
      () => 0.5,
      (event, fields = {}) => events.push({ event, fields }),
    );
    const { bigQuery: connection, rawDataset, stateDirectory } = config;
    const summary = await sync({
      config,
      accessToken: this.fake.token,
      options: readSyncOptions({ concurrency: String(concurrency), ...flags }),
      effects,
      progress: new Progress(),
      openWarehouse: async () => {
        const options = { connection, rawDataset, stateDirectory, effects, onRefused: () => undefined };
        return withSmallLoads(await BigQueryWarehouse.open(options), threadsPerLoad);
      },
      archive: archive === undefined ? undefined : await Archive.open(archive),
      signal: new AbortController().signal,
    });
    return { ...summary, exitCode: exitCodeOf(summary), events };
  }

  /** `sync` as a process of its own, killed when BigQuery has done the N-th load job, if there are so many. */
  async runAsProcess(
    killAtJob?: number,
    flags: readonly string[] = [],
  ): Promise<EndedChild & { readonly jobs: number }> {
    const run = new ChildRun({
      environment: {
        ...this.environment,
        ...(killAtJob === undefined ? {} : killedAtLine('"load_job_done"', killAtJob)),
      },
      flags,
    });
    const ended = await run.ended;
    return { ...ended, jobs: ended.events.filter(({ event }) => event === "load_job_done").length };
  }

  /** In words, everything in which the raw tables are not what the world is; empty when all is well after a whole run. */
  async faults(): Promise<string[]> {
    const complete = new Set((await this.#backend.rowsOf("_loads")).map((row) => row["_load_id"]));
    // Rows that no row of `_loads` names do not count.
    const rowsOf = async (table: string): Promise<readonly Json[]> =>
      (await this.#backend.rowsOf(table)).filter((row) => complete.has(row["_load_id"]));
    const found = await withRowsInDuckDb(rowsOf, { schema, isWithPayload: true }, async (connection) => {
      const stored = await storedContent(connection, schema);
      const unlike = differences(stored, worldContent(this.fake.world));
      return [...unlike, ...stored.doubled, ...(await loadBookFaults(connection, schema))];
    });
    return [...found, ...this.spoolLeft(), ...this.fake.unplanned, ...this.#backend.unplanned];
  }

  /** After a run that ended early: the next one retrieves nothing that is stored, and then all is well. */
  async faultsOfNextRun(): Promise<string[]> {
    const stored = await this.storedIds();
    this.#asked.clear();
    const run = await this.run();
    if (run.exitCode !== 0) return [`the next run ended with ${run.exitCode}: ${String(run.error)}`];
    const repeated = [...this.#asked].filter((id) => stored.has(id));
    const told = repeated.map((id) => `conversation ${id} was stored and is retrieved again`);
    return [...told, ...(await this.faults())];
  }

  /** In words, where a run's summary or log claims other loads and rows than BigQuery has. */
  async wrongClaims(run: RunResult): Promise<string[]> {
    const loads = (await this.#backend.rowsOf("_loads")).filter((row) => row["run_id"] === run.runId);
    const rowsOf = (stream: string): number =>
      loads.filter((row) => row["stream"] === stream).reduce((sum, row) => sum + Number(row["row_count"]), 0);
    const logged = run.events.filter(({ event }) => event === "load_committed").length;
    // BigQuery took the job and answered nothing more: the run says that it does not know, and claims nothing.
    if (run.events.some(({ event, fields }) => event === "load_job_unknown" && fields["table"] === "_loads"))
      return logged > loads.length ? [`the log tells of ${logged} stored loads, there are ${loads.length}`] : [];
    return [
      ...(logged === loads.length ? [] : [`the log tells of ${logged} stored loads, there are ${loads.length}`]),
      ...[...run.streams]
        .filter(([stream, { stored }]) => stored !== rowsOf(stream))
        .map(([stream, { stored }]) => `the summary claims ${stored} ${stream}, there are ${rowsOf(stream)}`),
    ];
  }

  spoolLeft(): string[] {
    const root = join(this.folder, "spool");
    return existsSync(root) ? readdirSync(root).map((name) => `spool folder ${name} is left`) : [];
  }

  /** Ids of the conversations that complete loads hold. */
  async storedIds(): Promise<Set<string>> {
    const complete = new Set((await this.#backend.rowsOf("_loads")).map((row) => row["_load_id"]));
    const rows = await this.#backend.rowsOf("conversations");
    return new Set(rows.filter((row) => complete.has(row["_load_id"])).map((row) => String(row["id"])));
  }

  /** Forgets everything that was synced, as if it had never been. */
  async empty(): Promise<void> {
    await this.#backend.close();
    this.#backend = await this.#open();
    for (const name of readdirSync(this.folder)) rmSync(join(this.folder, name), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.fake.close();
    await this.#backend.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
