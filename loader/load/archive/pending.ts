import { join } from "node:path";
import { WarehouseError } from "../../errors.ts";
import { parseJson } from "../../json.ts";
import { listAt, textAt, valueAt } from "../../json-path.ts";
import { isThere, type PendingLoad, publishLoad } from "./archived-load.ts";
import { linesOf, namesIn, remove } from "./disk.ts";
import { type ArchivedFile, ending, filesColumn, type Layout } from "./layout.ts";
import type { ArchiveStore, StoredLoad } from "./store.ts";

/**
 * Ends what killed runs have begun, of the workspaces that the warehouse has. A pending load that is complete in the
 * warehouse is archived, any other one is removed.
 * @returns how many files were archived
 */
export async function settlePending(
  layout: Layout,
  store: ArchiveStore,
  loads: readonly StoredLoad[],
): Promise<number> {
  const stored = new Map(loads.map((load) => [load.id, load]));
  let archived = 0;
  for (const workspaceId of new Set(loads.map((load) => load.workspaceId))) {
    for (const name of await namesIn(layout.pendingFolder(workspaceId))) {
      const id = /^_loads\.([^.]+)\.ndjson\.gz$/.exec(name)?.[1];
      const load = id === undefined ? undefined : stored.get(id);
      if (load === undefined) continue;
      const pending = await readPending(layout, load);
      if (pending === undefined || !(await isSameAs(pending, store))) continue;
      await publishLoad(layout, pending);
      archived += pending.files.length + 1;
    }
    // What is left is of loads that never became complete, or that `fillIn` reads from the warehouse.
    const folder = layout.pendingFolder(workspaceId);
    for (const name of await namesIn(folder)) await remove(join(folder, name));
  }
  return archived;
}

type Counted = PendingLoad & { readonly counts: string };

/** A pending load whose files are all there; undefined when something of it is missing or cut off. */
async function readPending(layout: Layout, { id, workspaceId, day }: StoredLoad): Promise<Counted | undefined> {
  const path = layout.pendingLoadsFile(workspaceId, id);
  const rows: unknown[] = [];
  try {
    for await (const line of linesOf(path)) rows.push(parseJson(line.toString()));
  } catch (error) {
    if (error instanceof WarehouseError) return undefined;
    throw error;
  }
  const files = filesOf(rows[0]);
  const places = files.map((file) => [layout.pendingFile(workspaceId, file), layout.file(day, file)]);
  for (const [pending = "", final = ""] of places)
    if (!(await isThere(pending)) && !(await isThere(final))) return undefined;
  return { id, workspaceId, day, files, counts: countsOf(rows) };
}

/** The files that a row of `_loads` lists; those of another version may lack what makes them files, and are left out. */
function filesOf(row: unknown): readonly ArchivedFile[] {
  return listAt(row, filesColumn).flatMap((entry) => {
    const [table, name, rows] = [textAt(entry, "table"), textAt(entry, "name"), valueAt(entry, "rows")];
    if (table === undefined || name === undefined || !name.endsWith(ending) || name.includes("/")) return [];
    return [{ table: table as ArchivedFile["table"], name, rows: Number(rows) }];
  });
}

/** Whether the warehouse counts the same rows: where it has refused some, it holds others than the files. */
async function isSameAs({ id, day, counts }: Counted, store: ArchiveStore): Promise<boolean> {
  const rows: unknown[] = [];
  for await (const { line } of store.rows("_loads", { from: day, to: day, ids: [id] })) rows.push(parseJson(line));
  return countsOf(rows) === counts;
}

function countsOf(rows: readonly unknown[]): string {
  return rows
    .map((row) => [textAt(row, "stream"), valueAt(row, "row_count"), valueAt(row, "rejected_count")].join(" "))
    .sort()
    .join("\n");
}
