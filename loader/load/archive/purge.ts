import { join } from "node:path";
import { parseJson, writeJson } from "../../json.ts";
import { valueAt } from "../../json-path.ts";
import type { RawTableName } from "../raw-tables.ts";
import { type ArchivedLoad, readLoads } from "./archived-loads.ts";
import { archiveDays } from "./days.ts";
import { linesOf, namesIn, remove } from "./disk.ts";
import { archiveAgain, type FillOptions } from "./fill.ts";
import { isDay, type Layout, loadIdOfFile, loadTables } from "./layout.ts";
import { settlePending } from "./pending.ts";
import type { ReadArchive } from "./replay.ts";
import type { ArchiveStore } from "./store.ts";

/** Tables of which a purge empties rows that stay. The columns that it empties. */
const emptied: readonly (readonly [RawTableName, readonly string[]])[] = [
  ["_rejected", ["payload", "reason"]],
  ["deleted_conversations", ["payload"]],
];

/** What a purge did to an archive. */
export type PurgedArchive = {
  /** Loads that were archived again. */
  readonly loads: number;
  /** Files of rows that were removed. */
  readonly files: number;
  /** Loads of the archive that the warehouse does not have. Nobody can tell what of them is to go. */
  readonly unknown: number;
};

/**
 * Makes an archive forget what a purge has removed from its warehouse. Where the warehouse has fewer rows of a load, or rows
 * with less in them, the load is archived again as the warehouse has it. Then the earlier files go. A purge that is stopped is
 * continued by the next one: what is to be done follows from the archive and the warehouse alone.
 * Errors: WarehouseError, and the signal's reason; the archive is whole, and still has what was not removed yet.
 */
export async function purgeArchive(
  { layout }: ReadArchive,
  store: ArchiveStore,
  options: FillOptions,
): Promise<PurgedArchive> {
  const all = await store.loads();
  const stored = new Map(all.map((load) => [load.id, load]));
  await settlePending(layout, store, all);
  // Only now: what a killed run left pending is among them.
  const loads = await readLoads(layout);
  const known = loads.filter(({ id }) => stored.has(id));
  const changed = new Set([...(await withFewerRows(known, store)), ...(await withEmptierRows(layout, known, store))]);
  const going = [...changed].flatMap((id) => stored.get(id) ?? []);
  const files = new Map(known.map((load) => [load.id, load.files]));
  await archiveAgain(layout, store, going, options, files);
  const removed = await removeUnlisted(layout, await readLoads(layout));
  await archiveDays(layout, store, "all");
  return { loads: going.length, files: removed, unknown: loads.length - known.length };
}

async function withFewerRows(loads: readonly ArchivedLoad[], store: ArchiveStore): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const table of new Set(loads.flatMap(({ files }) => files.map((file) => file.table)))) {
    const counts = await store.counts(table);
    for (const { id, files } of loads) {
      const archived = files.filter((file) => file.table === table).reduce((sum, { rows }) => sum + rows, 0);
      if (archived !== (counts.get(id) ?? 0)) found.add(id);
    }
  }
  return found;
}

/** Loads that have as many rows in the warehouse as in the archive, and other ones. A row that only looks different is archived again in vain. */
async function withEmptierRows(
  layout: Layout,
  loads: readonly ArchivedLoad[],
  store: ArchiveStore,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const [table, columns] of emptied) {
    const having = loads.filter(({ files }) => files.some((file) => file.table === table));
    if (having.length === 0) continue;
    const contentOf = (line: string): string => {
      const row = parseJson(line);
      return writeJson(columns.map((column) => valueAt(row, column) ?? null));
    };
    const stored = new Map<string, string[]>(having.map(({ id }) => [id, []]));
    const days = having.map(({ day }) => day).sort();
    const wanted = { from: days[0] ?? "", to: days.at(-1) ?? "", ids: having.map(({ id }) => id) };
    for await (const { loadId, line } of store.rows(table, wanted)) stored.get(loadId)?.push(contentOf(line));
    for (const { id, day, files } of having) {
      const archived: string[] = [];
      for (const file of files.filter((each) => each.table === table))
        for await (const line of linesOf(layout.file(day, file))) archived.push(contentOf(line.toString()));
      if (archived.sort().join("\n") !== stored.get(id)?.sort().join("\n")) found.add(id);
    }
  }
  return found;
}

/** Removes the files of rows that `_loads` does not list: earlier files of loads that were archived again. */
async function removeUnlisted(layout: Layout, loads: readonly ArchivedLoad[]): Promise<number> {
  const listed = new Map(
    loads.map(({ id, files }) => [id, new Set(files.map(({ table, name }) => `${table}/${name}`))]),
  );
  let removed = 0;
  for (const { name: table } of loadTables)
    for (const day of (await namesIn(layout.tableFolder(table))).filter(isDay)) {
      const folder = join(layout.tableFolder(table), day);
      for (const name of await namesIn(folder)) {
        const known = listed.get(loadIdOfFile(name) ?? "");
        if (known === undefined || known.has(`${table}/${name}`)) continue;
        await remove(join(folder, name));
        removed += 1;
      }
    }
  return removed;
}
