import type { Effects } from "../effects.ts";
import { parseJson } from "../json.ts";
import { modesOfPurged } from "../privacy.ts";
import type { RawRow, RawTableName } from "./raw-tables.ts";
import type { Spool } from "./spool.ts";
import type { Warehouse } from "./warehouse.ts";

/** A load with rows to copy, and the UTC day of its `_loaded_at`. */
type CopiedLoad = { readonly workspaceId: string; readonly loadId: string; readonly loadedOn: string };

export type CopyContext = {
  readonly loads: readonly CopiedLoad[];
  readonly tables: readonly RawTableName[];
  /** The row as it is to be stored; undefined where it needs no copy. */
  readonly copyOf: (table: RawTableName, workspaceId: string, row: RawRow) => RawRow | undefined;
  readonly warehouse: Warehouse;
  readonly openSpool: (workspaceId: string) => Promise<Spool>;
  readonly effects: Effects;
  /** Fires when you want the work to end; its reason is the error to end with. */
  readonly signal: AbortSignal;
};

/** Columns that a new load gives its rows. */
const ownColumns: ReadonlySet<string> = new Set(["_workspace_id", "_load_id", "_fetched_at", "_loaded_at"]);

/**
 * Stores copies of rows, as if they had just been loaded: each load's rows as one new load, which covers no time. So whoever reads
 * what is new reads the copies. The warehouse is prepared, and the caller closes it: with that, everything is stored.
 * Errors: WarehouseError; what was copied before stays.
 */
export async function storeCopies(context: CopyContext): Promise<void> {
  const { loads, openSpool } = context;
  for (const [workspaceId, ofWorkspace] of Map.groupBy(loads, (load) => load.workspaceId)) {
    const spool = await openSpool(workspaceId);
    try {
      spool.dateAfter((await context.warehouse.newestLoadMs()) ?? 0);
      for (const load of ofWorkspace) await copyLoad(context, spool, load);
    } finally {
      await spool.remove();
    }
  }
}

async function copyLoad(
  { tables, copyOf, warehouse, effects, signal }: CopyContext,
  spool: Spool,
  { workspaceId, loadId, loadedOn }: CopiedLoad,
): Promise<void> {
  signal.throwIfAborted();
  const store = await warehouse.archiveStore();
  const load = spool.begin(effects.now());
  for (const table of tables)
    for await (const { line } of store.rows(table, { from: loadedOn, to: loadedOn, ids: [loadId] })) {
      const row = parseJson(line) as RawRow;
      const copy = copyOf(table, workspaceId, row);
      if (copy === undefined) continue;
      const members = Object.entries(copy).filter(([name]) => !ownColumns.has(name));
      load.add(table, Object.fromEntries(members), Date.parse(String(row["_fetched_at"])) / 1000);
    }
  const records = tables
    .filter((table) => load.rowsOf(table) > 0)
    .map((stream) => ({
      stream,
      row_count: load.rowsOf(stream),
      rejected_count: 0,
      window_to: null,
      modes: modesOfPurged,
    }));
  if (records.length === 0) {
    load.discard();
    return;
  }
  await warehouse.commit(load.finish(records), () => effects.log("load_copied", { load_id: load.id, of: loadId }));
}
