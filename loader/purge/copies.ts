import type { Config } from "../config.ts";
import type { Age } from "./ages-sql.ts";
import { keptTables } from "./kept-sql.ts";
import { PurgeSql } from "./sql.ts";
import type { PurgeStore } from "./store.ts";
import { neededTables, type PurgedTable, tablesOf } from "./tables.ts";

/** Which rows a purge by age copies without texts before it removes them. */
export type RowsToCopy = {
  readonly loads: readonly { readonly workspaceId: string; readonly loadId: string; readonly loadedOn: string }[];
  readonly tables: readonly PurgedTable[];
  readonly has: (table: string, workspaceId: string, row: Readonly<Record<string, unknown>>) => boolean;
};

/** Asks the warehouse for what is old and has texts. */
export async function rowsToCopy({ rawDataset }: Config, store: PurgeStore, age: Age): Promise<RowsToCopy> {
  const tables = tablesOf(await store.columns([rawDataset]));
  const isThere = (name: string): boolean => tables.some((table) => table.name === name);
  const there = keptTables.map(({ table }) => table).filter(isThere);
  if (!neededTables.every(isThere)) return { loads: [], tables: [], has: () => false };
  const sql = new PurgeSql(store.dialect, rawDataset, tables);
  await store.makePreview(sql.plan({ contacts: [], conversations: [], tickets: [], age }, undefined));
  const planned = await store.rows(sql.kept(store.preview));
  const ids = new Set(planned.map(([kind, workspaceId, id]) => `${kind}/${workspaceId}/${id}`));
  const sources = await store.rows(sql.sources(store.preview));
  // A purge that was killed has left copies: a row gets one.
  const copied = new Set((await store.rows(sql.copied(store.preview))).map((row) => row.map(String).join("/")));
  await store.dropPreview();
  return {
    loads: sources.map(([workspaceId, loadId, loadedOn]) => ({
      workspaceId: String(workspaceId),
      loadId: String(loadId),
      loadedOn: String(loadedOn),
    })),
    tables: there,
    has: (table, workspaceId, row) => {
      const kept = keptTables.find((each) => each.table === table);
      if (kept === undefined) return false;
      const owner = String(row[kept.by]);
      const fetchedAt = String(row["_fetched_at"]).slice(0, "2026-01-31T10:00:00".length).replace("T", " ");
      const isCopied = copied.has([table, workspaceId, owner, String(row["id"]), fetchedAt].join("/"));
      return ids.has(`${kept.kind}/${workspaceId}/${owner}`) && !isCopied;
    },
  };
}
