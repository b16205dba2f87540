import { modesOfPurged } from "../privacy.ts";
import { isComplete, type SqlDialect } from "../sql.ts";
import { isPlanned, type KeptKind } from "./planned-sql.ts";
import type { IsThere, NameOf, PurgedTable } from "./tables.ts";

/**
 * Records that stay without their texts. Before the purge, their rows are copied without texts into loads of their own, as if
 * they had just been retrieved so. `_loads.modes` tells these loads. The purge then removes the rows of other loads.
 */
export const keptTables: readonly { readonly table: PurgedTable; readonly kind: KeptKind; readonly by: string }[] = [
  { table: "conversation_parts", kind: "kept conversation", by: "conversation_id" },
  { table: "conversations", kind: "kept conversation", by: "id" },
  { table: "ticket_parts", kind: "kept ticket", by: "ticket_id" },
  { table: "tickets", kind: "kept ticket", by: "id" },
  { table: "calls", kind: "kept call", by: "id" },
];

/** The tables of `keptTables` that have the record itself. */
const recordTables: Readonly<Record<KeptKind, PurgedTable>> = {
  "kept conversation": "conversations",
  "kept ticket": "tickets",
  "kept call": "calls",
};

/** Whether a row, as `alias`, is in a load of copies. */
export function isCopy(raw: NameOf, alias: string): string {
  return `${alias}._load_id in (select _load_id from ${raw("_loads")} where modes = '${modesOfPurged}' and ${isComplete})`;
}

/** Records with a row that is no copy: kind, workspace_id, id. */
export function withTexts(raw: NameOf, isThere: IsThere): string {
  return keptTables
    .filter(({ table }) => isThere(table))
    .map(
      ({ table, kind, by }) => `select '${kind}' as kind, rows_seen._workspace_id as workspace_id, rows_seen.${by} as id
       from ${raw(table)} as rows_seen where not (${isCopy(raw, "rows_seen")})`,
    )
    .join("\nunion distinct\n");
}

/** Records that have a copy: kind, workspace_id, id. */
export function copied(raw: NameOf, isThere: IsThere): string {
  return Object.entries(recordTables)
    .filter(([, table]) => isThere(table))
    .map(
      ([kind, table]) => `select '${kind}' as kind, rows_seen._workspace_id as workspace_id, rows_seen.id as id
       from ${raw(table)} as rows_seen where ${isCopy(raw, "rows_seen")}`,
    )
    .join("\nunion distinct\n");
}

/** The loads with rows to copy: workspace_id, load_id, loaded_on (2026-01-31). */
export function sourcesSql(dialect: SqlDialect, raw: NameOf, isThere: IsThere, plan: string): string {
  const each = keptTables
    .filter(({ table }) => isThere(table))
    .map(
      ({ table, kind, by }) => `select each_row._workspace_id as workspace_id, each_row._load_id as load_id,
        substr(cast(min(each_row._loaded_at) as ${dialect.textType}), 1, 10) as loaded_on
       from ${raw(table)} as each_row
       where ${isPlanned(plan, kind, "each_row._workspace_id", `each_row.${by}`)} and not (${isCopy(raw, "each_row")})
         and each_row._load_id in (select _load_id from ${raw("_loads")} where ${isComplete})
       group by each_row._workspace_id, each_row._load_id`,
    );
  return `select workspace_id, load_id, min(loaded_on) as loaded_on from (${each.join("\nunion all\n")}) as sources
    group by workspace_id, load_id order by workspace_id, load_id`;
}

/** Copies of rows of records that get copies now, as of a purge that was killed: name of the table, workspace_id, owner, id, fetched_at. */
export function copiedRowsSql(dialect: SqlDialect, raw: NameOf, isThere: IsThere, plan: string): string {
  return keptTables
    .filter(({ table }) => isThere(table))
    .map(
      ({
        table,
        kind,
        by,
      }) => `select '${table}' as name, each_row._workspace_id as workspace_id, each_row.${by} as owner, each_row.id as id,
        substr(cast(each_row._fetched_at as ${dialect.textType}), 1, 19) as fetched_at
       from ${raw(table)} as each_row
       where ${isPlanned(plan, kind, "each_row._workspace_id", `each_row.${by}`)} and ${isCopy(raw, "each_row")}`,
    )
    .join("\nunion all\n");
}
