import type { ConversationEvent, WorldTruth } from "../fake/desk/events.ts";
import { isDeleted, mergedAway } from "./conversation-log.ts";
import { lastStates } from "./conversation-states.ts";
import { type Marts, rowsOf } from "./mart.ts";

const day = 86_400;

type DailyRow = { readonly day: string; readonly team_id: string; readonly backlog: number };

/**
 * Compares the backlog of `support_daily` with the event log's, for each team at the end of each day (UTC). Says in words
 * where they differ. The log answers for each day by itself: how many conversations were open or snoozed at that moment, and
 * which team had them? Conversations of more than 500 parts are in it like all others: what opens and closes them was seen along
 * the way.
 */
export async function checkBacklog(marts: Marts, truth: WorldTruth): Promise<string[]> {
  const columns = "day::varchar as day, team_id, backlog";
  const spells = [...truth.conversationIds()].flatMap((id) => openSpells(truth, truth.events(id) ?? []));
  const differences: string[] = [];
  for (const [key, backlog] of await backlogs(marts, columns)) {
    const [date, team] = key.split(" ");
    const end = Date.parse(`${date}T00:00:00Z`) / 1000 + day;
    const open = spells.filter(({ teams, from, to }) => from < end && to >= end && teamBefore(teams, end) === team);
    if (open.length !== backlog) differences.push(`${date}, team ${team}: ${backlog}, should be ${open.length}`);
  }
  return differences;
}

/** The backlog of each day and team, all channels together. */
async function backlogs(marts: Marts, columns: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const row of rowsOf<DailyRow>(marts, "support_daily", columns, "1, 2")) {
    const key = `${row.day} ${row.team_id}`;
    found.set(key, (found.get(key) ?? 0) + row.backlog);
  }
  if (found.size === 0) throw new Error("support_daily has no rows");
  return found;
}

/** From this instant (epoch seconds) on, the team had it. Oldest first. */
type TeamChange = { readonly at: number; readonly teamId: string };
type Spell = { readonly teams: readonly TeamChange[]; readonly from: number; readonly to: number };

function openSpells(truth: WorldTruth, events: readonly ConversationEvent[]): Spell[] {
  // What was merged into another never came in: its customer is in the other's backlog.
  if (isDeleted(events) || mergedAway(truth, events) !== null) return [];
  const teams = teamChanges(events);
  const spells: Spell[] = [];
  let from: number | null = null;
  for (const event of events) {
    if (event.kind === "opened" || event.kind === "reopened") from = event.at;
    if ((event.kind !== "closed" && event.kind !== "closed_unseen" && event.kind !== "merged_into") || from === null)
      continue;
    // Where nobody knows when it was closed, it counts until the last thing that was seen of it.
    const isKnown = event.kind !== "closed_unseen" || event.isRecorded;
    spells.push({ teams, from, to: isKnown ? event.at : (events.findLast(isShown)?.at ?? from) });
    from = null;
  }
  if (from !== null) spells.push({ teams, from, to: Number.POSITIVE_INFINITY });
  return spells;
}

function isShown(event: ConversationEvent): boolean {
  return "partId" in event && event.partId !== null && event.kind !== "redacted";
}

/**
 * The assignments to teams that Intercom shows: those that name no teammate. A team of now that none of them gave came with the
 * last assignment; one that was taken away keeps what it had.
 */
function teamChanges(events: readonly ConversationEvent[]): TeamChange[] {
  const assigned = events.filter((event) => event.kind === "assigned");
  const changes: TeamChange[] = assigned.flatMap(({ at, teammateId, teamId }) => {
    return teammateId === null && teamId !== null ? [{ at, teamId }] : [];
  });
  const { teamId } = lastStates(events);
  const last = assigned.findLast((event) => event.teammateId !== null || event.teamId !== null);
  if (teamId !== null && teamId !== changes.at(-1)?.teamId) changes.push({ at: last?.at ?? 0, teamId });
  return changes;
}

function teamBefore(changes: readonly TeamChange[], instant: number): string {
  return changes.findLast(({ at }) => at < instant)?.teamId ?? "none";
}
