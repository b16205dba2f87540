import { join } from "node:path";
import type { Log } from "../../effects.ts";
import { WarehouseError } from "../../errors.ts";
import { parseJson } from "../../json.ts";
import { textAt, valueAt } from "../../json-path.ts";
import type { RawRow, RawTableName } from "../raw-tables.ts";
import { holdLoadRows, publishLoad } from "./archived-load.ts";
import { namesIn, writeGzip } from "./disk.ts";
import {
  type ArchivedFile,
  fileName,
  isDay,
  type Layout,
  loadIdOfLoadsFile,
  loadTables,
  numberOfFile,
} from "./layout.ts";
import { type Sorted, SortedLines } from "./sorted-lines.ts";
import type { ArchiveStore, LoadsOfDays, StoredLoad } from "./store.ts";

/** Loads of several days are read together until they have so many rows: each reading has its price. */
const rowsAtOnce = 200_000;

export type FillOptions = {
  /** Takes the rows of the days that are being read. */
  readonly spoolFolder: string;
  readonly log: Log;
  /** Fires when you want the run to end; its reason is the error to end with. */
  readonly signal: AbortSignal;
};

/**
 * Archives the loads that the warehouse has and the archive lacks. Errors: WarehouseError; the signal's reason.
 * @returns how many files were archived
 */
export async function fillIn(
  layout: Layout,
  store: ArchiveStore,
  loads: readonly StoredLoad[],
  options: FillOptions,
): Promise<number> {
  const archived = await archivedIds(layout);
  const missing = loads.filter(({ id }) => !archived.has(id));
  let files = 0;
  let waiting = missing.length;
  for (const group of groupsOfDays(missing)) {
    options.log("archive_filling", { loads: waiting, from: group[0]?.day });
    files += await archiveFrom(layout, store, group, options);
    waiting -= group.length;
  }
  return files;
}

/**
 * Archives loads once more, as the warehouse has them now. Their new files have numbers of their own, and count from the
 * moment when `_loads` lists them. The earlier files stay.
 * @param archived the loads' files so far, by load
 */
export async function archiveAgain(
  layout: Layout,
  store: ArchiveStore,
  loads: readonly StoredLoad[],
  options: FillOptions,
  archived: ReadonlyMap<string, readonly ArchivedFile[]>,
): Promise<void> {
  for (const group of groupsOfDays(loads)) await archiveFrom(layout, store, group, options, archived);
}

/** Ids of all loads that the archive has. */
async function archivedIds(layout: Layout): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const day of (await namesIn(layout.loadsFolder)).filter(isDay))
    for (const name of await namesIn(join(layout.loadsFolder, day))) {
      const id = loadIdOfLoadsFile(name);
      if (id !== undefined) ids.add(id);
    }
  return ids;
}

/** Whole days, so that an engine that bills by the day reads each once. */
function groupsOfDays(loads: readonly StoredLoad[]): readonly (readonly StoredLoad[])[] {
  const groups: StoredLoad[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  const days = [...Map.groupBy(loads, ({ day }) => day)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [, ofDay] of days) {
    const more = ofDay.reduce((sum, load) => sum + load.rows, 0);
    if (rows + more > rowsAtOnce) {
      groups.push([]);
      rows = 0;
    }
    groups.at(-1)?.push(...ofDay);
    rows += more;
  }
  return groups;
}

/** Archives some loads from the warehouse. @param archived files that they have already @returns how many files are new */
async function archiveFrom(
  layout: Layout,
  store: ArchiveStore,
  loads: readonly StoredLoad[],
  { spoolFolder, signal }: FillOptions,
  archived: ReadonlyMap<string, readonly ArchivedFile[]> = new Map(),
): Promise<number> {
  const days = loads.map(({ day }) => day).sort();
  const wanted = { from: days[0] ?? "", to: days.at(-1) ?? "", ids: loads.map(({ id }) => id) };
  const loadRows = await loadRowsById(store, wanted);
  const lines = new SortedLines(spoolFolder);
  try {
    for (const table of tablesOf([...loadRows.values()].flat()))
      for await (const { loadId, line } of store.rows(table, wanted)) {
        signal.throwIfAborted();
        await lines.add(loadId, table, line);
      }
    await lines.flush();
    let files = 0;
    for (const load of loads) {
      signal.throwIfAborted();
      const rows = loadRows.get(load.id) ?? [];
      const before = Math.max(0, ...(archived.get(load.id) ?? []).map(({ name }) => numberOfFile(name)));
      files += await archiveLoad(layout, load, rows, lines.of(load.id), before);
      await lines.removeOf(load.id);
    }
    return files;
  } finally {
    await lines.remove();
  }
}

async function archiveLoad(
  layout: Layout,
  load: StoredLoad,
  rows: readonly RawRow[],
  sorted: readonly Sorted[],
  before: number,
): Promise<number> {
  checkCounts(load, rows, sorted);
  const files: ArchivedFile[] = [];
  for (const each of sorted) {
    for (const part of each.parts) {
      const file = { table: each.table, name: fileName(load.id, before + part.number), rows: part.rows };
      await writeGzip(layout.pendingFile(load.workspaceId, file), part.content());
      files.push(file);
    }
  }
  const pending = { id: load.id, workspaceId: load.workspaceId, day: load.day, files };
  await holdLoadRows(layout, pending, rows);
  await publishLoad(layout, pending);
  return files.length + 1;
}

/** A purge may have removed rows of a load; nothing adds any. Errors: WarehouseError. */
function checkCounts(load: StoredLoad, rows: readonly RawRow[], sorted: readonly Sorted[]): void {
  for (const row of rows) {
    const stored = sorted.find(({ table }) => table === row["stream"])?.rows ?? 0;
    if (stored > Number(row["row_count"]))
      throw new WarehouseError(
        `The warehouse has ${stored} rows of load ${load.id} in ${String(row["stream"])}, and \`_loads\` counts ${String(row["row_count"])}: the load is not archived. Run \`make doctor\`, and report it.`,
      );
  }
}

async function loadRowsById(store: ArchiveStore, loads: LoadsOfDays): Promise<ReadonlyMap<string, readonly RawRow[]>> {
  const found = new Map<string, RawRow[]>();
  for await (const { loadId, line } of store.rows("_loads", loads)) {
    const row = parseJson(line);
    if (typeof row !== "object" || row === null) throw new WarehouseError(`_loads has an unreadable row of ${loadId}.`);
    found.set(loadId, [...(found.get(loadId) ?? []), { ...row }]);
  }
  return found;
}

/** The tables that have rows of some loads, by the loads' rows of `_loads`. */
function tablesOf(rows: readonly RawRow[]): readonly RawTableName[] {
  const streams = new Set(
    rows.filter((row) => Number(valueAt(row, "row_count")) > 0).map((row) => textAt(row, "stream")),
  );
  if (rows.some((row) => Number(valueAt(row, "rejected_count")) > 0)) streams.add("_rejected");
  return loadTables.map(({ name }) => name).filter((name) => streams.has(name));
}
