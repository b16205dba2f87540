import type { ConversationEvent, WorldTruth } from "../../fake/desk/events.ts";
import {
  ageBandBefore,
  ageBands,
  backlogClassBefore,
  backlogClasses,
  type Known,
} from "../conversation/backlog-class.ts";
import { closingTime, isClosing, isDeleted, mergedAway } from "../conversation/log.ts";
import { seenParts } from "../conversation/seen-parts.ts";
import { lastStates } from "../conversation/states.ts";
import { threadOf } from "../conversation/thread.ts";
import { type Marts, rowsOf } from "../mart.ts";

const day = 86_400;

/** The columns of `support_daily` that split its backlog: whom it waits for, and how old it is. */
const splits = [
  ...backlogClasses.map((name) => `backlog_${name}`),
  ...ageBands.map((name) => `backlog_age_${name}`),
] as const;

type Counts = Readonly<Record<string, number>>;
type DailyRow = { readonly day: string; readonly team_id: string } & Counts;

/**
 * Compares the backlog of `support_daily` with the event log's, for each team at the end of each day (UTC), and how it is split. Says in
 * words where they differ. The log answers for each day by itself: how many conversations were open or snoozed at that moment, which
 * team had them, whom did they wait for, and how old were they? Conversations of more than 500 parts are in it like all others: what
 * opens and closes them was seen along the way. `syncedAt`: moments (epoch seconds, ascending) at which the warehouse was synced.
 */
export async function checkBacklog(marts: Marts, truth: WorldTruth, syncedAt: readonly number[]): Promise<string[]> {
  const spells = [...truth.conversationIds()].flatMap((id) => openSpells(truth, truth.events(id) ?? [], syncedAt));
  const differences: string[] = [];
  for (const [key, actual] of await backlogs(marts)) {
    const [date, team] = key.split(" ");
    const end = Date.parse(`${date}T00:00:00Z`) / 1000 + day;
    const open = spells.filter(({ teams, from, to }) => from < end && to >= end && teamBefore(teams, end) === team);
    for (const [column, count] of Object.entries(countsOf(open, end))) {
      if (actual[column] === count) continue;
      differences.push(`${date}, team ${team}: ${column} ${actual[column]}, should be ${count}`);
    }
  }
  return differences;
}

/** The backlog of an instant, and its splits. */
function countsOf(open: readonly Spell[], end: number): Counts {
  const counts: Record<string, number> = { backlog: open.length };
  for (const split of splits) counts[split] = 0;
  for (const { known } of open) {
    const ageBand = ageBandBefore(known.thread, end);
    const columns = [
      `backlog_${backlogClassBefore(known, end)}`,
      ...(ageBand === null ? [] : [`backlog_age_${ageBand}`]),
    ];
    for (const column of columns) counts[column] = (counts[column] ?? 0) + 1;
  }
  return counts;
}

/** The backlog of each day and team, all channels together. */
async function backlogs(marts: Marts): Promise<Map<string, Counts>> {
  const columns = ["backlog", ...splits];
  const found = new Map<string, Record<string, number>>();
  const list = `day::varchar as day, team_id, ${columns.join(", ")}`;
  for await (const row of rowsOf<DailyRow>(marts, "support_daily", list, "1, 2")) {
    const key = `${row.day} ${row.team_id}`;
    const sums = found.get(key) ?? {};
    for (const column of columns) sums[column] = (sums[column] ?? 0) + (row[column] ?? Number.NaN);
    found.set(key, sums);
  }
  if (found.size === 0) throw new Error("support_daily has no rows");
  return found;
}

/** From this instant (epoch seconds) on, the team had it. Oldest first. */
type TeamChange = { readonly at: number; readonly teamId: string };
type Spell = {
  readonly teams: readonly TeamChange[];
  readonly known: Known;
  readonly from: number;
  readonly to: number;
};

function openSpells(truth: WorldTruth, events: readonly ConversationEvent[], syncedAt: readonly number[]): Spell[] {
  // What was merged into another never came in: its customer is in the other's backlog.
  if (isDeleted(events) || mergedAway(truth, events) !== null) return [];
  const teams = teamChanges(events);
  const seen = seenParts(events, syncedAt);
  const opened = events.find((event) => event.kind === "opened");
  if (opened === undefined) throw new Error("the log of a conversation has no opening");
  const known = { events, seen, thread: threadOf(events, opened, seen) };
  const spells: Spell[] = [];
  let from: number | null = null;
  for (const event of events) {
    if (event.kind === "opened" || event.kind === "reopened") from = event.at;
    if (!isClosing(event) || from === null) continue;
    spells.push({ teams, known, from, to: closingTime(event, events, seen) });
    from = null;
  }
  if (from !== null) spells.push({ teams, known, from, to: Number.POSITIVE_INFINITY });
  return spells;
}

/**
 * The assignments to teams that Intercom shows: those that name no teammate. A team of now that none of them gave came with the
 * last assignment; one that was taken away keeps what it had.
 */
export function teamChanges(events: readonly ConversationEvent[]): TeamChange[] {
  const assigned = events.filter((event) => event.kind === "assigned");
  const changes: TeamChange[] = assigned.flatMap(({ at, teammateId, teamId }) => {
    return teammateId === null && teamId !== null ? [{ at, teamId }] : [];
  });
  const { teamId } = lastStates(events);
  const last = assigned.findLast((event) => event.teammateId !== null || event.teamId !== null);
  if (teamId !== null && teamId !== changes.at(-1)?.teamId) changes.push({ at: last?.at ?? 0, teamId });
  return changes;
}

export function teamBefore(changes: readonly TeamChange[], instant: number): string {
  return changes.findLast(({ at }) => at < instant)?.teamId ?? "none";
}
