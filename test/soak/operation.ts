import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fastLimits } from "../activate/setting.ts";
import { FakeAttio } from "../fake/attio/server.ts";
import { GeneratedWorld, type GeneratedWorldOptions } from "../fake/desk/generated-world.ts";
import { scopes } from "../fake/intercom/route.ts";
import { type FakeIntercom, startFakeIntercom } from "../fake/intercom/server.ts";
import { FakePostHog } from "../fake/posthog/server.ts";
import { SkippingClock } from "../fault/skipping-clock.ts";
import { type Ended, ended, type LoaderOptions, loader } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";
import type { Skipped } from "./in-child.ts";

export const rawSchema = "intercom_raw";
export const martsSchema = "intercom";

/** Shorter than the time between two syncs: a desk that is moved on more often than it may change stands still. */
const quietSeconds = 60;

/** What one process took: its greatest memory, and the files that were open at its end. */
export type Usage = { readonly megabytes: number; readonly files: number };

/** A clock that runs with Intercom's, and is set wrongly now and then. Waits of either side move both on. */
class MachineClock {
  readonly #world: GeneratedWorld;
  readonly #running: SkippingClock;
  /** How far it is ahead of Intercom's. */
  aheadSeconds = 0;

  constructor(world: GeneratedWorld, running: SkippingClock) {
    this.#world = world;
    this.#running = running;
  }

  skip(milliseconds: number): void {
    this.#running.skip(milliseconds);
  }

  /** Milliseconds since the epoch. */
  readonly nowMs = (): number => this.#world.time.serverNowMs() + this.aheadSeconds * 1000;
}

/** A workspace, both destinations, and a machine with a warehouse: whatever runs there is a process of its own. */
export class Operation {
  readonly folder: string;
  readonly fake: FakeIntercom;
  readonly postHog: FakePostHog;
  readonly attio: FakeAttio;
  readonly clock: MachineClock;
  /** The token that the operator has set. */
  token: string;

  private constructor(folder: string, clock: MachineClock, fake: FakeIntercom, postHog: FakePostHog, attio: FakeAttio) {
    this.folder = folder;
    this.clock = clock;
    this.fake = fake;
    this.postHog = postHog;
    this.attio = attio;
    this.token = fake.token;
    for (const name of ["state", "tmp", "dbt"]) mkdirSync(join(folder, name));
  }

  static async open(options: GeneratedWorldOptions): Promise<Operation> {
    const running = new SkippingClock();
    const world = new GeneratedWorld({ now: running.runningMs, quietSeconds, ticketsShareIds: true, ...options });
    const fake = await startFakeIntercom({ world, scopes, searchIsStrict: true, searchOrder: "shuffled" });
    const clock = new MachineClock(world, running);
    // Events of more than two days ago are sent in another way: both sides must know the same time.
    const postHog = await FakePostHog.start({ now: clock.nowMs });
    const attio = await FakeAttio.start({ rateLimits: fastLimits });
    return new Operation(mkdtempSync(join(tmpdir(), "intercom-soak-")), clock, fake, postHog, attio);
  }

  get world(): GeneratedWorld {
    return this.fake.world;
  }

  get duckdbPath(): string {
    return join(this.folder, "warehouse.duckdb");
  }

  get stateFolder(): string {
    return join(this.folder, "state");
  }

  /** A command of the loader, such as `sync`. */
  run(args: readonly string[], options: LoaderOptions = {}): Promise<Ended> {
    const preload = pathToFileURL(join(import.meta.dirname, "in-child.ts")).href;
    const environment = {
      ...this.#environment(),
      INTERCOM_BASE_URL: this.fake.url,
      INTERCOM_ACCESS_TOKEN: this.token,
      POSTHOG_HOST: this.postHog.url,
      POSTHOG_API_KEY: this.postHog.apiKey,
      ATTIO_BASE_URL: this.attio.url,
      ATTIO_API_KEY: this.attio.apiKey,
      NODE_COMPILE_CACHE: join(this.folder, "node"),
      NODE_OPTIONS: `--import=${preload}`,
      SOAK_CLOCK_AHEAD_MS: String(this.clock.nowMs() - Date.now()),
      SOAK_USAGE_FILE: this.#usageFile,
    };
    const onMessage = (message: unknown): void => this.clock.skip((message as Skipped).skippedMs);
    return loader(args, environment, { ...options, onMessage });
  }

  /** What the last command took that came to its end. */
  lastUsage(): Usage {
    const line = readFileSync(this.#usageFile, "utf8").trimEnd().split("\n").at(-1) ?? "";
    return JSON.parse(line) as Usage;
  }

  /** The hourly build of `make build`, the daily one with every test, or one that makes each table again. */
  build(kind: "new" | "all" | "full", onStart?: (child: ChildProcess) => void): Promise<Ended> {
    const scopes = { new: ["--exclude", "tag:daily"], all: [], full: ["--full-refresh"] };
    const scope = scopes[kind];
    const args = ["run_dbt.py", "build", "--no-use-colors", "--exclude-resource-type", "unit_test", ...scope];
    const environment = {
      ...this.#environment(),
      CHECKS: kind === "new" ? "new" : "all",
      DBT_PROFILES_DIR: repository,
      DBT_SEND_ANONYMOUS_USAGE_STATS: "false",
      DBT_TARGET_PATH: join(this.folder, "dbt"),
      DBT_LOG_PATH: join(this.folder, "dbt"),
    };
    const child = spawn(join(repository, ".venv/bin/python"), args, {
      cwd: repository,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return ended(child, onStart);
  }

  async close(): Promise<void> {
    await Promise.all([this.fake.close(), this.postHog.close(), this.attio.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #usageFile(): string {
    return join(this.folder, "usage.jsonl");
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env["PATH"],
      HOME: this.folder,
      TMPDIR: join(this.folder, "tmp"),
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: this.duckdbPath,
      STATE_DIR: this.stateFolder,
      RAW_DATASET: rawSchema,
      MARTS_DATASET: martsSchema,
    };
  }
}
