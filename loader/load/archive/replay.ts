import { join } from "node:path";
import { counted } from "../../counted.ts";
import type { Effects } from "../../effects.ts";
import { ConfigError } from "../../errors.ts";
import { isMinimising, modesOf, modesOfFull, modesOfPurged, type Privacy } from "../../privacy.ts";
import type { RawTableName } from "../raw-tables.ts";
import type { Warehouse } from "../warehouse.ts";
import { type ArchivedLoad, readLoads } from "./archived-loads.ts";
import { newestDayFiles } from "./days.ts";
import { namesIn } from "./disk.ts";
import { type DayTableName, dayTables, isDay, Layout, loadIdOfFile, loadTables } from "./layout.ts";
import { lineFilesOf, spooledFiles } from "./replay-files.ts";
import type { ArchiveStore } from "./store.ts";

export type ReplayContext = {
  readonly archive: ReadArchive;
  readonly warehouse: Warehouse;
  /** Takes the rows of a load until they are stored. */
  readonly spoolFolder: string;
  readonly effects: Effects;
  /** Fires when you want the replay to end; its reason is the error to end with. */
  readonly signal: AbortSignal;
};

/** An archive, and its loads from the oldest on. */
export type ReadArchive = { readonly layout: Layout; readonly loads: readonly ArchivedLoad[] };

/** Reads what an archive has, before a warehouse is opened. Errors: those of `readLoads`. */
export async function readArchive(directory: string): Promise<ReadArchive> {
  const layout = new Layout(directory);
  return { layout, loads: await readLoads(layout) };
}

/**
 * Errors: ConfigError when these settings leave something out, and a load was stored with others: its rows come back as they
 * were stored.
 */
export function refuseOtherModes({ layout, loads }: ReadArchive, privacy: Privacy): void {
  if (!isMinimising(privacy)) return;
  const wanted = modesOf(privacy);
  const others = loads.filter(({ records }) =>
    records.some(({ modes = modesOfFull }) => modes !== wanted && modes !== modesOfPurged),
  );
  const [first] = others;
  if (first === undefined) return;
  const modes = first.records[0]?.modes ?? modesOfFull;
  throw new ConfigError(
    `${layout.directory} has ${counted(others.length, "load")} that PII_MODE and BODY_MODE would not store so: the first was stored with "${modes}", and your settings say "${wanted}". Add --as-stored to bring such rows back as they are, or begin again (docs/privacy.md, "Changing the modes"). Nothing was stored.`,
  );
}

/** What a replay brought. */
export type Replayed = {
  /** Rows by table, of loads and of tables that belong to none. */
  readonly rows: ReadonlyMap<string, number>;
  readonly loads: number;
  /** Loads that the warehouse had. */
  readonly skipped: number;
  /** Ids of loads that have rows in the archive, and no file in its `_loads`. */
  readonly unlisted: readonly string[];
};

/**
 * Stores the loads of an archive that the warehouse does not have, oldest first, under the same ids. The warehouse is prepared,
 * and the caller closes it: with that, everything is stored.
 * Errors: ConfigError when a newer version wrote the archive, or the warehouse holds something else; WarehouseError when a file
 * is damaged. A damaged load is not stored, and loads before it stay.
 */
export async function replay(context: ReplayContext): Promise<Replayed> {
  const { archive, warehouse, signal, effects } = context;
  const { layout, loads } = archive;
  const store = await warehouse.archiveStore();
  const stored = await store.loads();
  refuseOthers(archive, stored);
  signal.throwIfAborted();
  await store.removeIncomplete();
  const rows = new Map<string, number>();
  for (const table of dayTables) {
    const restored = await restoreDays(context, store, table);
    if (restored > 0) rows.set(table, restored);
  }
  const isStored = new Set(stored.map(({ id }) => id));
  const waiting = loads.filter(({ id }) => !isStored.has(id));
  effects.log("replay_begun", { loads: waiting.length, skipped: loads.length - waiting.length });
  let completed = 0;
  for (const load of waiting) {
    signal.throwIfAborted();
    const finished = await spooledFiles(layout, load, context.spoolFolder);
    await warehouse.commit(finished, () => {
      completed += 1;
      for (const { table, rows: more } of finished.files) rows.set(table, (rows.get(table) ?? 0) + more);
      effects.log("load_replayed", { load_id: load.id, loads: completed, of: waiting.length });
    });
  }
  return {
    rows,
    loads: waiting.length,
    skipped: loads.length - waiting.length,
    unlisted: await unlistedIds(layout, new Set(loads.map(({ id }) => id))),
  };
}

/** Errors: ConfigError when the warehouse holds loads of the archive's workspaces that the archive lacks. */
function refuseOthers(
  { layout, loads }: ReadArchive,
  stored: readonly { readonly id: string; readonly workspaceId: string }[],
): void {
  const archived = new Set(loads.map(({ id }) => id));
  const workspaces = new Set(loads.map(({ workspaceId }) => workspaceId));
  const others = stored.filter(({ id, workspaceId }) => workspaces.has(workspaceId) && !archived.has(id));
  if (others.length === 0) return;
  throw new ConfigError(
    `The warehouse has loads of workspace ${others[0]?.workspaceId} that ${layout.directory} lacks, such as ${others[0]?.id}: replay into an empty warehouse, or bring the archive up to date with \`sync --archive\` first. Nothing was stored.`,
  );
}

/** Appends the archived rows of a table that belong to no load, unless they are there. @returns how many were appended */
async function restoreDays(
  { archive, spoolFolder }: ReplayContext,
  store: ArchiveStore,
  table: DayTableName,
): Promise<number> {
  const files = await newestDayFiles(archive.layout, table);
  const archived = files.reduce((sum, { rows }) => sum + rows, 0);
  const stored = (await store.days(table)).reduce((sum, { rows }) => sum + rows, 0);
  if (archived === 0 || stored === archived) return 0;
  if (stored > 0)
    throw new ConfigError(
      `The warehouse has ${stored} rows of \`${table}\`, and ${archive.layout.directory} has ${archived}: replay into an empty warehouse, or bring the archive up to date with \`sync --archive\` first. Nothing was stored.`,
    );
  await store.restore(table, await lineFilesOf(table, files, spoolFolder));
  return archived;
}

/** Ids of loads that have rows and no file in `_loads`: a killed run left them, or somebody removed that file. */
async function unlistedIds(layout: Layout, listed: ReadonlySet<string>): Promise<readonly string[]> {
  const found = new Set<string>();
  const folders: readonly RawTableName[] = loadTables.map(({ name }) => name);
  for (const table of folders) {
    const folder = layout.tableFolder(table);
    for (const day of (await namesIn(folder)).filter(isDay))
      for (const name of await namesIn(join(folder, day))) {
        const id = loadIdOfFile(name);
        if (id !== undefined && !listed.has(id)) found.add(id);
      }
  }
  return [...found].sort();
}
