import type { ConversationEvent, SlaEvent } from "../../fake/desk/events.ts";
import { type GrainRow, isoOrNull, type KnownConversation } from "../conversation/known.ts";
import { isComment, isoTime } from "../conversation/log.ts";
import { stretchesOf } from "../conversation/stretches.ts";
import type { Span } from "../conversation/turns.ts";

/** What an answer of Intercom says of an SLA: it gives no status of any once a teammate removed one from the conversation. */
type ShownSla = { readonly name: string; readonly status: SlaEvent["status"] | null };

/** An answer: when it was given, by Intercom's clock, and the SLA that it showed. Instants in epoch seconds. */
type Sight = { readonly at: number; readonly sla: ShownSla | null };

/** What an answer tells of the SLA's status: unknown where an earlier SLA may be the one that was removed. */
type Told = { readonly at: number; readonly status: SlaEvent["status"] | "unknown" };

/** The same SLA in answers that follow each other; when the answers before and after them were given. */
type Run = { readonly name: string; readonly told: Told[]; readonly notBefore: number; goneAt: number | null };

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
  return runsOf(sights, known.opened.at).map((run, index) => slaRow(known, run, index + 1));
}

function slaAt(events: readonly ConversationEvent[], moment: number): Sight["sla"] {
  const past = events.filter((event): event is SlaEvent => event.kind === "sla" && event.at <= moment);
  const last = past.at(-1);
  if (last === undefined) return null;
  return { name: last.name, status: past.some(({ status }) => status === "cancelled") ? null : last.status };
}

function runsOf(sights: readonly Sight[], createdAt: number): Run[] {
  const runs: Run[] = [];
  let before: Sight = { at: createdAt, sla: null };
  for (const { at, sla } of sights) {
    if (sla?.name !== before.sla?.name) {
      const replaced = runs.at(-1);
      if (replaced !== undefined) replaced.goneAt ??= at;
      if (sla !== null) runs.push({ name: sla.name, told: [], notBefore: before.at, goneAt: null });
    }
    const run = runs.at(-1);
    if (sla !== null && run !== undefined) {
      // Without an SLA before it, or once its status was shown, this is the SLA that was removed.
      const isSure = runs.length === 1 || (run.told[0] !== undefined && run.told[0].status !== "unknown");
      run.told.push({ at, status: sla.status ?? (isSure ? "cancelled" : "unknown") });
    }
    before = { at, sla };
  }
  return runs;
}

function slaRow(known: KnownConversation, { name, told, notBefore, goneAt }: Run, number: number): GrainRow {
  const { id, workspaceId, opened, events, seen, thread, hours } = known;
  const [firstSight, lastSight] = [told[0], told.at(-1)];
  if (firstSight === undefined || lastSight === undefined) throw new Error(`an SLA of ${id} was never seen`);
  const { status } = lastSight;
  const other = told.findLast((sight) => sight.status !== status);
  const statusFrom = other?.at ?? notBefore;
  const statusUntil = told.find(({ at }) => at > (other?.at ?? 0))?.at ?? lastSight.at;
  const isSettled = status === "hit" || status === "missed";
  const within = (times: readonly number[]): number[] => times.filter((at) => at >= statusFrom && at <= statusUntil);
  const answers = within(answerTimes(known));
  const acts = within([...answerTimes(known), ...closeTimes(known)].toSorted((left, right) => left - right));
  const settling = status === "missed" && answers.length > 0 ? answers : acts;
  const settled = isSettled ? { from: settling[0] ?? statusFrom, to: settling.at(-1) ?? statusUntil } : null;
  const settledAt = settled?.from === settled?.to ? settled?.to : undefined;
  const appliedUntil = Math.min(firstSight.at, settled?.to ?? firstSight.at);
  const least = settled === null ? null : { from: Math.min(appliedUntil, settled.from), to: settled.from };
  const most = settled === null ? null : { from: notBefore, to: settled.to };
  const ranTo = goneAt ?? Math.max(thread.at(-1)?.at ?? 0, notBefore);
  const end = status === "active" ? ranTo : (settled?.to ?? statusUntil);
  const pauses = stretchesOf(events, thread, seen).snoozed.flatMap((nap) => overlap(nap, { from: notBefore, to: end }));
  const isEndKnown = status !== "unknown";
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
    paused_seconds: isEndKnown ? pauses.reduce((sum, { from, to }) => sum + to - from, 0) : null,
    paused_office_seconds: isEndKnown ? pauses.reduce((sum, pause) => sum + (office(pause) ?? 0), 0) : null,
    is_current: goneAt === null,
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

/** When a human said something to the customer, also what was redacted since. In order of time. */
function answerTimes({ events, seen }: KnownConversation): number[] {
  return events.flatMap((event) => {
    if (event.kind !== "message" || event.actor.kind !== "teammate" || !seen.has(event.partId)) return [];
    return event.text !== null || isComment(events, event) ? [event.at] : [];
  });
}

/** When anybody closed, also what was closed already. */
function closeTimes({ events, seen }: KnownConversation): number[] {
  return events.flatMap((event) => (event.kind === "closed" && seen.has(event.partId) ? [event.at] : []));
}

function overlap(one: Span, other: Span): Span[] {
  const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
  return from < to ? [{ from, to }] : [];
}
