import { purgedReason, type SqlDialect } from "../sql.ts";
import { copied, withTexts } from "./kept-sql.ts";
import type { IsThere, NameOf } from "./tables.ts";

/** What goes for its age. */
export type Age = {
  /** Whether rows stay, without texts and names; and then whether their copies have been made. */
  readonly keeps: "nothing" | "rows to copy" | "rows copied";
  readonly days: number;
  /** What has changed since then stays, epoch seconds. */
  readonly before: number;
};

const secondsPerDay = 86_400;

/** @param nowSeconds epoch seconds */
export function ageOf(days: number, nowSeconds: number, keeps: Age["keeps"] = "nothing"): Age {
  return { days, before: Math.floor(nowSeconds) - days * secondsPerDay, keeps };
}

/** The rule of a record that goes for its age, as the plan and `_purged` have it. */
export function ruleOf({ days, keeps }: Pick<Age, "days" | "keeps">): string {
  return `older than ${days} days${keeps === "nothing" ? "" : ", rows kept"}`;
}

/**
 * Conversations and tickets that nobody has touched for so long, as common table expressions over `one_work`. `updated_at` counts
 * in all stored versions: Intercom moves it with each part, tag and change. The state does not count. A conversation and the
 * ticket that it became have the same words, so neither goes before both are old.
 */
export function ageCtes(dialect: SqlDialect, raw: NameOf, isThere: IsThere, { before }: Age): readonly string[] {
  const changed = (kind: string, table: "conversations" | "tickets", condition: string): string =>
    `select '${kind}' as kind, _workspace_id as workspace_id, id, max(coalesce(updated_at, created_at)) as changed_at
     from ${raw(table)} where ${condition} group by _workspace_id, id`;
  const all = [
    changed("conversation", "conversations", "true"),
    ...(isThere("tickets") ? [changed("ticket", "tickets", "not coalesce(is_deleted, false)")] : []),
  ];
  const young = (kind: string, id: string, other: string, otherId: string): string =>
    `select '${kind}' as kind, one_work.workspace_id as workspace_id, one_work.${id} as id from one_work
     inner join ages on ages.kind = '${other}' and ages.workspace_id = one_work.workspace_id and ages.id = one_work.${otherId}
     where ages.changed_at >= ${dialect.timestamp(before)}`;
  return [
    `ages as (${all.join("\nunion all\n")})`,
    `with_young_work as (
      ${young("conversation", "conversation_id", "ticket", "ticket_id")}
      union distinct
      ${young("ticket", "ticket_id", "conversation", "conversation_id")}
    )`,
    `old as (
      select ages.kind, ages.workspace_id, ages.id from ages
      left join with_young_work
        on with_young_work.kind = ages.kind and with_young_work.workspace_id = ages.workspace_id
        and with_young_work.id = ages.id
      where ages.changed_at < ${dialect.timestamp(before)} and with_young_work.id is null
    )`,
  ];
}

/** What the plan has for its age: queries over `old`, `ages`, `deleted` and `tickets_seen`. */
export function plannedOfAge(dialect: SqlDialect, raw: NameOf, isThere: IsThere, age: Age): readonly string[] {
  const { keeps } = age;
  const all = ofEachKind(dialect, raw, isThere, age);
  if (keeps === "nothing") return all;
  const planned = `select old_records.* from (${all.join("\nunion all\n")}) as old_records`;
  // What Intercom lists as deleted goes whole.
  const isAliveConversation = "(old_records.kind = 'conversation' and old_records.is_alive)";
  const kept = `select concat('kept ', planned_records.kind) as kind, planned_records.workspace_id, planned_records.id,
       planned_records.is_alive, planned_records.rule
     from (${planned} where old_records.kind in ('ticket', 'call') or ${isAliveConversation}) as planned_records`;
  const among = (
    records: string,
  ): string => `concat(kept_records.kind, '/', kept_records.workspace_id, '/', kept_records.id) in (
       select concat(among.kind, '/', among.workspace_id, '/', among.id) from (${records}) as among)`;
  return [
    `select kept_records.* from (${kept}) as kept_records where ${among(withTexts(raw, isThere))}
     ${keeps === "rows copied" ? `and ${among(copied(raw, isThere))}` : ""}`,
    `${planned} where old_records.kind = 'load'`,
  ];
}

function ofEachKind(dialect: SqlDialect, raw: NameOf, isThere: IsThere, age: Age): readonly string[] {
  const rule = `'${ruleOf(age)}'`;
  const before = dialect.timestamp(age.before);
  return [
    `select 'conversation' as kind, old.workspace_id as workspace_id, old.id as id, deleted.id is null as is_alive, ${rule} as rule from old
     left join deleted on deleted.workspace_id = old.workspace_id and deleted.id = old.id
     where old.kind = 'conversation'`,
    `select 'ticket', old.workspace_id, old.id, not coalesce(tickets_seen.is_gone, false), ${rule} from old
     left join tickets_seen on tickets_seen.workspace_id = old.workspace_id and tickets_seen.ticket_id = old.id
     where old.kind = 'ticket'`,
    // Nobody knows how old a rejected record is, so the time of its retrieval counts.
    `select 'load', _workspace_id, _load_id, false, ${rule} from ${raw("_rejected")} where reason <> '${purgedReason}'
     group by _workspace_id, _load_id having max(_fetched_at) < ${before}`,
    ...(isThere("calls") ? [oldCalls(dialect, raw, rule, before)] : []),
  ];
}

/** A call may come again with the list of calls when its conversation is gone, so its own age counts. */
function oldCalls({ jsonText }: SqlDialect, raw: NameOf, rule: string, before: string): string {
  return `select 'call', calls.workspace_id, calls.id, false, ${rule} from (
       select _workspace_id as workspace_id, id, max(coalesce(updated_at, created_at)) as changed_at,
         max(${jsonText("payload", "$.conversation_id")}) as conversation_id
       from ${raw("calls")} group by _workspace_id, id
     ) as calls
     left join ages on ages.kind = 'conversation' and ages.workspace_id = calls.workspace_id and ages.id = calls.conversation_id
     where calls.changed_at < ${before} and coalesce(ages.changed_at < ${before}, true)`;
}
