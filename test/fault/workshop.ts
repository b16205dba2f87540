import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../loader/config.ts";
import type { LogFields } from "../../loader/effects.ts";
import { Archive } from "../../loader/load/archive/archive.ts";
import { DuckDbWarehouse } from "../../loader/load/duckdb/warehouse.ts";
import { everything, type Privacy } from "../../loader/privacy.ts";
import { readSyncOptions } from "../../loader/sync/options.ts";
import { Progress } from "../../loader/sync/progress.ts";
import { exitCodeOf, type RunSummary } from "../../loader/sync/summary.ts";
import { sync } from "../../loader/sync.ts";
import { GeneratedWorld, type GeneratedWorldOptions } from "../fake/desk/generated-world.ts";
import { type FakeIntercom, type FakeIntercomOptions, startFakeIntercom } from "../fake/intercom/server.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";
import type { Strictness } from "./content.ts";
import { differences } from "./differences.ts";
import { loadBookFaults } from "./load-book.ts";
import { SkippingClock } from "./skipping-clock.ts";
import { withSmallLoads } from "./small-loads.ts";
import { storedContent } from "./stored-content.ts";
import { worldContent } from "./world-content.ts";

/** Requests of a run in this process that are under way at once. */
export const runConcurrency = 8;

export const rawSchema = "intercom_raw";

/** A DuckDB file that is shorter was stopped in the making. */
const unfinishedBytes = 3 * 4096;

export type WorkshopOptions = Omit<FakeIntercomOptions, "world" | "seed" | "conversations"> & GeneratedWorldOptions;

export type RunOptions = {
  /** As the command line gives them; `runConcurrency` unless told. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  readonly threadsPerLoad?: number;
  /** How far the machine's clock is ahead of this one's. */
  readonly clockAheadMs?: number;
  /** What is stored; everything when left out. */
  readonly privacy?: Privacy;
  /** Folder of the archive; none when left out. */
  readonly archive?: string;
  readonly onEvent?: (event: string) => void;
};

export type RunResult = RunSummary & {
  readonly exitCode: number;
  readonly events: readonly { readonly event: string; readonly fields: LogFields }[];
};

/** A fake Intercom, and a warehouse in a folder of its own which the loader fills from it, in this process. */
export class Workshop {
  readonly folder: string;
  readonly fake: FakeIntercom;
  readonly clock: SkippingClock;
  /** GETs of a conversation's thread so far, by id. */
  readonly threadRequests = new Map<string, number>();

  private constructor(folder: string, fake: FakeIntercom, clock: SkippingClock) {
    this.folder = folder;
    this.fake = fake;
    this.clock = clock;
    fake.onRequest(({ route, path }) => {
      if (route !== "GET /conversations/{id}") return;
      const id = path.slice("/conversations/".length);
      this.threadRequests.set(id, (this.threadRequests.get(id) ?? 0) + 1);
    });
  }

  static async open(options: WorkshopOptions = {}): Promise<Workshop> {
    const clock = new SkippingClock();
    const world = new GeneratedWorld({ now: clock.runningMs, ...options });
    const fake = await startFakeIntercom({ ...options, world });
    return new Workshop(mkdtempSync(join(tmpdir(), "intercom-fault-")), fake, clock);
  }

  get duckdbPath(): string {
    return join(this.folder, "warehouse.duckdb");
  }

  /** What the command line reads: for a child process, or dbt. */
  get environment(): Record<string, string> {
    return {
      INTERCOM_BASE_URL: this.fake.url,
      INTERCOM_ACCESS_TOKEN: this.fake.token,
      INTERCOM_REGION: "",
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: this.duckdbPath,
      STATE_DIR: this.folder,
      RAW_DATASET: rawSchema,
    };
  }

  /** One run of the loader. No sleep of it takes time. */
  async run(options: RunOptions = {}): Promise<RunResult> {
    const config = readConfig(this.environment);
    const events: { event: string; fields: LogFields }[] = [];
    const effects = this.clock.effects(
      () => 0.5,
      (event, fields = {}) => {
        events.push({ event, fields });
        options.onEvent?.(event);
      },
    );
    const summary = await sync({
      config,
      accessToken: this.fake.token,
      options: readSyncOptions({ concurrency: String(runConcurrency), ...options.flags }),
      effects: { ...effects, now: () => effects.now() + (options.clockAheadMs ?? 0) },
      privacy: options.privacy ?? everything,
      progress: new Progress(),
      openWarehouse: async () => {
        const { duckdbPath: path, rawDataset, stateDirectory } = config;
        const warehouse = await DuckDbWarehouse.open({ path, rawDataset, stateDirectory });
        return withSmallLoads(warehouse, options.threadsPerLoad ?? 500);
      },
      archive: options.archive === undefined ? undefined : await Archive.open(options.archive),
      signal: options.signal ?? new AbortController().signal,
    });
    return { ...summary, exitCode: exitCodeOf(summary), events };
  }

  /** In words, everything in which the warehouse is not what the world is; empty when all is well after a whole run. */
  async faults(strictness: Strictness = "strict"): Promise<string[]> {
    const found = await readDuckDb(this.duckdbPath, async (connection) => {
      const stored = await storedContent(connection, rawSchema, strictness);
      const unlike = differences(stored, worldContent(this.fake.world, strictness));
      return [...unlike, ...stored.doubled, ...(await loadBookFaults(connection, rawSchema))];
    });
    return [...found, ...this.spoolLeft(), ...this.fake.unplanned];
  }

  /**
   * After a run that ended early: the next one retrieves nothing that is stored, and then all is well. In words, what is
   * not so; empty when all is.
   */
  async faultsOfNextRun(): Promise<string[]> {
    const stored = await this.storedIds();
    this.threadRequests.clear();
    const run = await this.run();
    if (run.exitCode !== 0) return [`the next run ended with ${run.exitCode}: ${String(run.error)}`];
    const repeated = [...this.threadRequests.keys()].filter((id) => stored.has(id));
    const told = repeated.map((id) => `conversation ${id} was stored and is retrieved again`);
    return [...told, ...(await this.faults())];
  }

  /** Folders of runs that are still there. */
  spoolLeft(): string[] {
    const root = join(this.folder, "spool");
    return existsSync(root) ? readdirSync(root).map((name) => `spool folder ${name} is left`) : [];
  }

  /** Ids of the conversations that complete loads hold. */
  async storedIds(): Promise<Set<string>> {
    if (!existsSync(this.duckdbPath) || statSync(this.duckdbPath).size < unfinishedBytes) return new Set();
    return readDuckDb(this.duckdbPath, async (connection) => {
      const tables = await connection.runAndReadAll(
        `select 1 from duckdb_tables() where schema_name = '${rawSchema}' and table_name = '_loads'`,
      );
      if (tables.getRows().length === 0) return new Set<string>();
      const rows = await connection.runAndReadAll(
        `select distinct id from ${rawSchema}.conversations where _load_id in (select _load_id from ${rawSchema}._loads)`,
      );
      return new Set(rows.getRows().map(([id]) => String(id)));
    });
  }

  /** Forgets everything that was synced, as if it had never been. */
  empty(): void {
    for (const name of readdirSync(this.folder)) rmSync(join(this.folder, name), { recursive: true, force: true });
    this.threadRequests.clear();
  }

  async close(): Promise<void> {
    await this.fake.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
