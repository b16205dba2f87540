import { recordHashSql } from "../record-hash.ts";
import type { SqlDialect } from "../sql.ts";
import type { IsThere, NameOf } from "./tables.ts";

/** A purge as a whole. */
export type PurgeRecord = {
  readonly runId: string;
  /** When it began, epoch seconds. */
  readonly at: number;
  readonly rule: string;
  readonly rows: number;
};

/**
 * The statements that write `_purged`. They come before any removal, while the rows still tell when each record last changed. A
 * purge that continues another adds what is missing.
 */
export function recordings(
  dialect: SqlDialect,
  raw: NameOf,
  isThere: IsThere,
  plan: string,
  { runId, at, rule, rows }: PurgeRecord,
): readonly string[] {
  const { text, timestamp } = dialect;
  const run = `${text(runId)} as run_id`;
  const moment = `${timestamp(Math.floor(at))} as _loaded_at`;
  const changed = (kind: string, table: "conversations" | "tickets" | "contacts"): string =>
    `select '${kind}' as kind, _workspace_id as workspace_id, id, max(updated_at) as updated_at
     from ${raw(table)} group by _workspace_id, id`;
  const all = [
    changed("conversation", "conversations"),
    changed("contact", "contacts"),
    ...(isThere("tickets") ? [changed("ticket", "tickets")] : []),
  ];
  const hash = recordHashSql(dialect, "planned.workspace_id", "changed.kind", "planned.id");
  const ofRecords = `select planned.kind, planned.id_hash, planned.rule, planned.updated_at, ${run}, planned.workspace_id, ${moment}
      from (
        select changed.kind, planned.workspace_id, planned.rule, changed.updated_at, ${hash} as id_hash
        from ${plan} as planned
        inner join (${all.join("\nunion all\n")}) as changed
          on planned.kind in (changed.kind, concat('kept ', changed.kind)) and changed.workspace_id = planned.workspace_id and changed.id = planned.id
      ) as planned
      left join (
        select id_hash, rule, max(updated_at) as updated_at from ${raw("_purged")} group by id_hash, rule
      ) as earlier on earlier.id_hash = planned.id_hash and earlier.rule = planned.rule
      where earlier.id_hash is null or planned.updated_at > earlier.updated_at`;
  return [
    `insert into ${raw("_purged")} (record, id_hash, rule, updated_at, run_id, _workspace_id, _loaded_at) ${ofRecords}`,
    `insert into ${raw("_purged")} (record, rule, row_count, run_id, _loaded_at)
      select 'purge' as record, ${text(rule)} as rule, ${rows} as row_count, ${run}, ${moment}`,
  ];
}
