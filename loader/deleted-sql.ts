/**
 * The deletion rule. A conversation is deleted when Intercom lists it as deleted and nobody has retrieved it since then.
 * A conversation that was retrieved in the very second of its deletion was retrieved before it: clocks are whole seconds.
 *
 * A 404 alone (`deleted_at` null) is weaker: a token that has lost a permission gets 404 for conversations that exist. So
 * each caller says which rows count as a deletion:
 *
 * - *listed*: a purge, which removes for good; and a sync, which asks Intercom for new deletions;
 * - *listed or not found*: an activation, which must not send a conversation that may be deleted;
 * - *not found*: a purge's report of doubtful conversations. A conversation that is listed too is among them.
 */
export type DeletionKind = "listed" | "listed or not found" | "not found";

/** Of each kind, when a row of `deleted_conversations` says that the conversation was gone, and which rows say so. */
const rules: Readonly<Record<DeletionKind, { readonly goneAt: string; readonly condition: string }>> = {
  listed: { goneAt: "deleted_at", condition: "deleted_at is not null" },
  "listed or not found": { goneAt: "coalesce(deleted_at, _fetched_at)", condition: "true" },
  "not found": { goneAt: "_fetched_at", condition: "deleted_at is null" },
};

/** `table where …` for the rows that count: of complete loads, maybe of one workspace. More conditions can follow. */
export type CountedRows = (table: "conversations" | "deleted_conversations") => string;

/** The deletions alone, a query of `_workspace_id`, `id`, `gone_at`: also of conversations that were retrieved since. */
export function deletionsSql(counted: CountedRows, kind: DeletionKind): string {
  const { goneAt, condition } = rules[kind];
  return `select _workspace_id, id, max(${goneAt}) as gone_at
      from ${counted("deleted_conversations")} and ${condition} group by _workspace_id, id`;
}

/**
 * The deleted conversations, as common table expressions of which the last, `deleted`, has `workspace_id`, `id` and
 * `is_stored`: whether a row of the conversation is stored.
 */
export function deletedCtes(counted: CountedRows, kind: DeletionKind): string {
  return `deletions as (
      ${deletionsSql(counted, kind)}
    ), retrieved as (
      select _workspace_id, id, max(_fetched_at) as fetched_at
      from ${counted("conversations")} and id in (select id from deletions) group by _workspace_id, id
    ), deleted as (
      select deletions._workspace_id as workspace_id, deletions.id as id, retrieved.id is not null as is_stored
      from deletions
      left join retrieved on retrieved._workspace_id = deletions._workspace_id and retrieved.id = deletions.id
      where retrieved.fetched_at is null or retrieved.fetched_at <= deletions.gone_at
    )`;
}
