// The tests of purge share this: a warehouse of their own, and a purge of it in this process.

import { mkdtempSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext } from "node:test";
import { openSpool } from "../../loader/commands/spool.ts";
import { type Config, readConfig } from "../../loader/config.ts";
import type { LogFields } from "../../loader/effects.ts";
import { messageOf } from "../../loader/errors.ts";
import { DuckDbPurge } from "../../loader/load/duckdb/purge.ts";
import { type Age, ageOf } from "../../loader/purge/ages-sql.ts";
import { purge } from "../../loader/purge/purge.ts";
import type { PurgeStore } from "../../loader/purge/store.ts";
import { SkippingClock } from "../fault/skipping-clock.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { makeSmallWarehouse } from "./small-warehouse.ts";

export type Purged = {
  readonly exitCode: number | undefined;
  /** The error message, when it failed. */
  readonly error: string | undefined;
  readonly lines: readonly string[];
  /** The only line, read as JSON. */
  readonly summary: Summary;
  readonly events: readonly { readonly event: string; readonly fields: LogFields }[];
};

export type Summary = {
  readonly conversations_deleted_in_intercom: number;
  readonly conversations_of_contacts: number;
  readonly conversations_named: number;
  readonly conversations_old: number;
  readonly tickets_old: number;
  readonly conversations_not_found_and_kept: readonly string[];
  readonly conversations_with_other_contacts: number;
  readonly tickets: number;
  readonly tickets_still_in_intercom: number;
  readonly tickets_not_found_and_kept: readonly string[];
  readonly contacts: number;
  readonly contacts_still_in_intercom: number;
  readonly tables: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly spool_folders: number;
  readonly mentioned_in_conversations: readonly string[];
  readonly mentioned_in_records: Readonly<Record<string, readonly string[]>>;
  readonly removal_steps: readonly string[];
  readonly is_continued: boolean;
};

export type PurgeOptions = {
  readonly isDryRun?: boolean;
  /** Conversations named by id. */
  readonly conversations?: readonly string[];
  /** Tickets named by id. */
  readonly tickets?: readonly string[];
  readonly olderThanDays?: number;
  readonly keeps?: Age["keeps"];
  readonly atMost?: number;
  /** Where pseudonyms may be stored. */
  readonly pseudonymOf?: (address: string) => string;
  readonly isText?: boolean;
  readonly freeBytes?: () => Promise<number>;
  readonly signal?: AbortSignal;
  /** Stands between the purge and its warehouse. */
  readonly around?: (store: PurgeStore) => PurgeStore;
  readonly openStore?: (config: Config) => Promise<PurgeStore>;
};

/** A small warehouse, and its configuration. @param more statements that are run after it is made */
export async function setUp(context: TestContext, more: readonly string[] = []): Promise<Config> {
  const config = configIn(temporaryFolder(context));
  await copyFile(await template, config.duckdbPath);
  if (more.length > 0)
    await withDuckDb(config.duckdbPath, async (connection) => {
      for (const statement of more) await connection.run(statement);
    });
  return config;
}

/** Made once: row by row it takes a while. */
const templateFolder = mkdtempSync(join(tmpdir(), "purge-"));
const template = makeSmallWarehouse(join(templateFolder, "template.duckdb"));
after(() => rmSync(templateFolder, { recursive: true, force: true }));

export function configIn(folder: string): Config {
  return readConfig({ DUCKDB_PATH: join(folder, "warehouse.duckdb"), STATE_DIR: join(folder, "state") });
}

/** One purge, whose sleeps take no time. Never throws. */
export async function run(
  config: Config,
  contacts: readonly string[] = [],
  options: PurgeOptions = {},
): Promise<Purged> {
  const lines: string[] = [];
  const events: { event: string; fields: LogFields }[] = [];
  const ended = { exitCode: undefined as number | undefined, error: undefined as string | undefined };
  const effects = new SkippingClock().effects(
    () => 0.5,
    (event, fields = {}) => events.push({ event, fields }),
  );
  const open = options.openStore ?? ((from: Config) => openDuckDb(from, options));
  try {
    ended.exitCode = await purge({
      config,
      options: {
        contacts,
        conversations: options.conversations ?? [],
        tickets: options.tickets ?? [],
        age:
          options.olderThanDays === undefined
            ? undefined
            : ageOf(options.olderThanDays, Date.now() / 1000, options.keeps ?? "nothing"),
        pseudonymOf: options.pseudonymOf,
        contactsMax: options.atMost ?? 20,
        isDryRun: options.isDryRun === true,
        isJson: options.isText !== true,
      },
      effects,
      signal: options.signal ?? new AbortController().signal,
      say: async (line) => {
        lines.push(line);
      },
      openStore: async () => {
        const store = await open(config);
        return options.around?.(store) ?? store;
      },
      openSpool: (runId) => openSpool(config, effects, runId),
    });
  } catch (thrown) {
    ended.error = messageOf(thrown);
    if (typeof thrown === "object" && thrown !== null && "exitCode" in thrown) ended.exitCode = Number(thrown.exitCode);
  }
  return { ...ended, lines, events, summary: options.isText === true ? noSummary : JSON.parse(lines[0] ?? "{}") };
}

/** Takes out of `_purged` what differs from purge to purge: when it ran, and how much of the work it did. */
export async function forgetRuns(...paths: readonly string[]): Promise<void> {
  for (const path of new Set(paths))
    await withDuckDb(path, async (connection) => {
      await connection.run("delete from intercom_raw._purged where record = 'purge'");
      await connection.run("update intercom_raw._purged set run_id = null, _loaded_at = null");
    });
}

function openDuckDb(config: Config, { freeBytes }: PurgeOptions): Promise<PurgeStore> {
  const { duckdbPath: path, rawDataset, stateDirectory } = config;
  return DuckDbPurge.open({
    path,
    rawDataset,
    stateDirectory,
    ...(freeBytes === undefined ? {} : { freeBytes }),
  });
}

const noSummary: Summary = {
  conversations_deleted_in_intercom: 0,
  conversations_of_contacts: 0,
  conversations_named: 0,
  conversations_old: 0,
  tickets_old: 0,
  conversations_not_found_and_kept: [],
  conversations_with_other_contacts: 0,
  tickets: 0,
  tickets_still_in_intercom: 0,
  tickets_not_found_and_kept: [],
  contacts: 0,
  contacts_still_in_intercom: 0,
  tables: {},
  rows: 0,
  spool_folders: 0,
  mentioned_in_conversations: [],
  mentioned_in_records: {},
  removal_steps: [],
  is_continued: false,
};
