/** What a plan has to go. */
export type PlannedKind = "conversation" | "ticket" | "contact" | "call" | "load" | KeptKind;

/** What a plan has of records that stay, without their texts. */
export type KeptKind = "kept conversation" | "kept ticket" | "kept call";

/**
 * Whether a row of a raw table, as `each_row`, belongs to a conversation of the plan.
 * @param which one more condition on the plan
 */
export function isOf(plan: string, id: string, which = ""): string {
  return isPlanned(plan, "conversation", "each_row._workspace_id", id, which);
}

/**
 * Whether an id is in the plan.
 * @param workspace undefined where the table does not say: two workspaces may have the same id
 */
export function isPlanned(
  plan: string,
  kind: PlannedKind,
  workspace: string | undefined,
  id: string,
  which = "",
): string {
  return workspace === undefined
    ? `${id} in (select id from ${plan} where kind = '${kind}' ${which})`
    : `concat(${workspace}, '/', ${id}) in (select concat(workspace_id, '/', id) from ${plan} where kind = '${kind}' ${which})`;
}

/** Whether a row of a raw table, as `each_row`, belongs to nothing of the plan. */
export function isNotPlanned(plan: string, kind: PlannedKind, id: string): string {
  return `not (${isPlanned(plan, kind, "each_row._workspace_id", `each_row.${id}`)})`;
}

/** Whether an event is about a conversation of the plan, or was sent under a name of a contact of the plan. */
export function isToldOf(plan: string): string {
  return `${isOf(plan, "each_row.conversation_id")} or ${isToldOfContact(plan)}`;
}

/** Whether an event is only about a conversation that goes for its age: its customer may be alive. */
export function isToldOfOld(plan: string): string {
  return `(${isOf(plan, "each_row.conversation_id", "and rule like 'older than %'")}) and not (${isToldOfContact(plan)})`;
}

function isToldOfContact(plan: string): string {
  return `concat(each_row._workspace_id, '/', coalesce(each_row.distinct_id, '')) in (
      select concat(workspace_id, '/', id) from ${plan} where kind in ('contact', 'distinct_id')
    )
    or lower(coalesce(each_row.distinct_id, '')) in (select id from ${plan} where kind = 'address')`;
}
