import type { ConversationEvent, SlaEvent } from "../fake/desk/events.ts";
import { isComment, isoTime } from "./conversation-log.ts";
import { stretchesOf } from "./conversation-stretches.ts";
import type { Span } from "./conversation-turns.ts";
import { type GrainRow, isoOrNull, type KnownConversation } from "./known-conversation.ts";

/** An answer of Intercom: when it was given, by Intercom's clock, and the SLA that it showed. Instants in epoch seconds. */
type Sight = { readonly at: number; readonly sla: Pick<SlaEvent, "name" | "status"> | null };

/** The same SLA in answers that follow each other, and when the answer before them was given. */
type Run = { readonly sights: (Sight & { readonly sla: NonNullable<Sight["sla"]> })[]; readonly notBefore: number };

/**
 * The rows of `sla_events` of a conversation, in all columns but `built_from`. `fetchedAt`: when it was retrieved, oldest first, in
 * epoch seconds. Nothing happens between the moment of a sync (`syncedAt`) and its last request.
 */
export function slaRows(
  known: KnownConversation,
  fetchedAt: readonly number[],
  syncedAt: readonly number[],
): GrainRow[] {
  const sights = fetchedAt.map((at) => ({
    at,
    sla: slaAt(known.events, syncedAt.findLast((moment) => moment <= at) ?? at),
  }));
  const newest = sights.at(-1);
  return runsOf(sights, known.opened.at).map((run, index) => slaRow(known, run, index + 1, newest));
}

function slaAt(events: readonly ConversationEvent[], moment: number): Sight["sla"] {
  return events.findLast((event): event is SlaEvent => event.kind === "sla" && event.at <= moment) ?? null;
}

function runsOf(sights: readonly Sight[], createdAt: number): Run[] {
  const runs: Run[] = [];
  let before: Sight = { at: createdAt, sla: null };
  for (const { at, sla } of sights) {
    if (sla !== null) {
      if (sla.name !== before.sla?.name) runs.push({ sights: [], notBefore: before.at });
      runs.at(-1)?.sights.push({ at, sla });
    }
    before = { at, sla };
  }
  return runs;
}

function slaRow(known: KnownConversation, { sights, notBefore }: Run, number: number, newest?: Sight): GrainRow {
  const { id, workspaceId, opened, events, seen, thread, hours } = known;
  const [firstSight, lastSight] = [sights[0], sights.at(-1)];
  if (firstSight === undefined || lastSight === undefined) throw new Error(`an SLA of ${id} was never seen`);
  const { name, status } = lastSight.sla;
  const other = sights.findLast(({ sla }) => sla.status !== status);
  const statusFrom = other?.at ?? notBefore;
  const statusUntil = sights.find(({ at }) => at > (other?.at ?? 0))?.at ?? lastSight.at;
  const isSettled = status === "hit" || status === "missed";
  const settling = settlingTimes(known).filter((at) => at >= statusFrom && at <= statusUntil);
  const settled = isSettled ? { from: settling[0] ?? statusFrom, to: settling.at(-1) ?? statusUntil } : null;
  const settledAt = settled?.from === settled?.to ? settled?.to : undefined;
  const appliedUntil = Math.min(firstSight.at, settled?.to ?? firstSight.at);
  const least = settled === null ? null : { from: Math.min(appliedUntil, settled.from), to: settled.from };
  const most = settled === null ? null : { from: notBefore, to: settled.to };
  const end = status === "active" ? Math.max(thread.at(-1)?.at ?? 0, notBefore) : (settled?.to ?? statusUntil);
  const pauses = stretchesOf(events, thread, seen).snoozed.flatMap((nap) => overlap(nap, { from: notBefore, to: end }));
  const office = ({ from, to }: Span): number | null => hours.secondsBetween(from, to);
  return {
    conversation_id: id,
    workspace_id: workspaceId,
    sla_number: number,
    sla_name: name,
    sla_status: status,
    target_seconds: null,
    min_elapsed_seconds: least && least.to - least.from,
    min_elapsed_office_seconds: least && office(least),
    max_elapsed_seconds: most && most.to - most.from,
    max_elapsed_office_seconds: most && office(most),
    paused_seconds: pauses.reduce((sum, { from, to }) => sum + to - from, 0),
    paused_office_seconds: pauses.reduce((sum, pause) => sum + (office(pause) ?? 0), 0),
    is_current: newest?.at === lastSight.at,
    applied_from_at: isoTime(notBefore),
    applied_until_at: isoTime(appliedUntil),
    status_from_at: isoTime(statusFrom),
    status_until_at: isoTime(statusUntil),
    met_at: status === "hit" ? isoOrNull(settledAt) : null,
    missed_at: status === "missed" ? isoOrNull(settledAt) : null,
    last_seen_at: isoTime(lastSight.at),
    conversation_created_at: isoTime(opened.at),
  };
}

/** When a human said something to the customer, also what was redacted since, or anybody closed. */
function settlingTimes({ events, seen }: KnownConversation): number[] {
  const times = events.flatMap((event) => {
    if (event.kind === "closed" && seen.has(event.partId)) return [event.at];
    if (event.kind !== "message" || event.actor.kind !== "teammate" || !seen.has(event.partId)) return [];
    return event.text !== null || isComment(events, event) ? [event.at] : [];
  });
  return times.toSorted((left, right) => left - right);
}

function overlap(one: Span, other: Span): Span[] {
  const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
  return from < to ? [{ from, to }] : [];
}
