import type { ConversationEvent, WorldTruth } from "../fake/events.ts";
import { isDeleted } from "./conversation-log.ts";
import { lastStates } from "./conversation-states.ts";
import { type Marts, rowsOf } from "./mart.ts";

const day = 86_400;

type DailyRow = { readonly day: string; readonly team_id: string; readonly backlog: number };

/**
 * Compares the backlog of `support_daily` with the event log's, team by team for the end of every day (UTC) there is, and says in
 * words where they differ. The log is asked for each day anew: how many conversations were open or snoozed at that moment?
 * Conversations of more than 500 parts are in it like all others: what opens and closes them was seen along the way.
 */
export async function checkBacklog(marts: Marts, truth: WorldTruth): Promise<string[]> {
  const columns = "day::varchar as day, team_id, backlog";
  const spells = [...truth.conversationIds()].flatMap((id) => openSpells(truth.events(id) ?? []));
  const differences: string[] = [];
  for (const [key, backlog] of await backlogs(marts, columns)) {
    const [date, team] = key.split(" ");
    const end = Date.parse(`${date}T00:00:00Z`) / 1000 + day;
    const open = spells.filter(({ teamId, from, to }) => teamId === team && from < end && to >= end).length;
    if (open !== backlog) differences.push(`${date}, team ${team}: ${backlog}, should be ${open}`);
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

type Spell = { readonly teamId: string; readonly from: number; readonly to: number };

function openSpells(events: readonly ConversationEvent[]): Spell[] {
  if (isDeleted(events)) return [];
  const teamId = teamEver(events);
  const spells: Spell[] = [];
  let from: number | null = null;
  for (const event of events) {
    if (event.kind === "opened" || event.kind === "reopened") from = event.at;
    if (event.kind !== "closed" || from === null) continue;
    spells.push({ teamId, from, to: event.at });
    from = null;
  }
  if (from !== null) spells.push({ teamId, from, to: Number.POSITIVE_INFINITY });
  return spells;
}

/** The team of now; when to none now, the last that an assignment named without a teammate. */
function teamEver(events: readonly ConversationEvent[]): string {
  const { teamId } = lastStates(events);
  if (teamId !== null) return teamId;
  const last = events.findLast(
    (event) => event.kind === "assigned" && event.teammateId === null && event.teamId !== null,
  );
  return last?.kind === "assigned" && last.teamId !== null ? last.teamId : "none";
}
