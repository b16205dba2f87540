import { compareRows, describeDifferences } from "../compare.ts";
import { isDeleted } from "../conversation/log.ts";
import type { MetricsQuestion } from "../conversation/metrics.ts";
import { tagIds } from "../conversation/normalized-row.ts";
import { seenParts } from "../conversation/seen-parts.ts";
import { threadOf } from "../conversation/thread.ts";
import { type Marts, rowsOf } from "../mart.ts";
import { type EventRow, eventDifferences, eventRows } from "./events.ts";
import { type PeriodFigures, periodFigures } from "./figures.ts";

const daySeconds = 86_400;

/** A mart of periods: what each of its rows is of. */
type Periods = {
  readonly mart: string;
  /** SQL of a row's key; `keysOf` gives the same for an event. */
  readonly key: string;
  readonly keysOf: (event: EventRow) => readonly string[];
  /** The figures that the mart has, where it does not have all. */
  readonly only?: (column: string) => boolean;
};

type FiguresRow = { readonly key: string } & PeriodFigures;

/** What somebody did in a conversation on a day. */
type Work = {
  readonly day: string;
  readonly conversationId: string;
  readonly kind: "customer" | "teammate";
  readonly authorId: string;
  messages: number;
  notes: number;
  closes: number;
};

/** In words, where the marts of periods differ from the event log; days are in UTC. */
export async function periodDifferences(marts: Marts, question: MetricsQuestion): Promise<string[]> {
  const ids = [...question.truth.conversationIds()];
  const events = ids.flatMap((id) => eventRows(question, id));
  const differences: (string | null)[] = [await eventDifferences(marts, events)];
  for (const periods of martsOfPeriods(question)) differences.push(await figureDifferences(marts, periods, events));
  differences.push(...(await workDifferences(marts, question)));
  return differences.filter((words) => words !== null);
}

function martsOfPeriods({ truth }: MetricsQuestion): readonly Periods[] {
  const groupsOf = ({ team_id, channel }: EventRow): string[] => [
    "total all all",
    `team ${team_id} all`,
    `channel all ${channel}`,
  ];
  const group = "grouped_by || ' ' || team_id || ' ' || channel";
  const tags = new Map([...truth.conversationIds()].map((id) => [id, tagIds(truth, id)]));
  const ofTeammates = [
    "first_replies",
    "replies",
    "resolutions",
    "customer_resolutions",
    "ratings",
    "ratings_satisfied",
  ];
  return [
    {
      mart: "support_daily",
      key: "day || ' ' || team_id || ' ' || channel",
      keysOf: ({ day, team_id, channel }) => [`${day} ${team_id} ${channel}`],
    },
    {
      mart: "support_weekly",
      key: `week || ' ' || ${group}`,
      keysOf: (event) => groupsOf(event).map((name) => `${mondayOf(event.day)} ${name}`),
    },
    {
      mart: "support_monthly",
      key: `month || ' ' || ${group}`,
      keysOf: (event) => groupsOf(event).map((name) => `${monthOf(event.day)} ${name}`),
    },
    {
      mart: "tag_daily",
      key: "day || ' ' || tag_id",
      keysOf: ({ day, conversation_id }) => (tags.get(conversation_id) ?? []).map((tag) => `${day} ${tag}`),
    },
    {
      mart: "company_monthly",
      key: "month || ' ' || company_id",
      keysOf: ({ day, company_id }) => (company_id === null ? [] : [`${monthOf(day)} ${company_id}`]),
    },
    {
      mart: "teammate_daily",
      key: "day || ' ' || teammate_id",
      keysOf: ({ day, event, teammate_id }) => {
        return teammate_id === null || event === "closed" || event === "rating_requested"
          ? []
          : [`${day} ${teammate_id}`];
      },
      only: (column) => ofTeammates.includes(column) || column === "csat" || /^p\d\d_/.test(column),
    },
  ];
}

function figureDifferences(marts: Marts, periods: Periods, events: readonly EventRow[]): Promise<string | null> {
  const { mart, key, keysOf, only } = periods;
  return differencesOf(marts, mart, key, groupBy(events, keysOf), periodFigures, only);
}

/** What teammates did on each day, and what was written to and by each company in each month. */
async function workDifferences(marts: Marts, question: MetricsQuestion): Promise<(string | null)[]> {
  const works = [...question.truth.conversationIds()].flatMap((id) => worksIn(question, id));
  const byTeammate = groupBy(works, ({ day, kind, authorId }) => (kind === "teammate" ? [`${day} ${authorId}`] : []));
  const byCompany = groupBy(works, ({ day, conversationId, messages }) => {
    const company =
      question.truth.companyOf(conversationId) ?? question.truth.contactsOf(conversationId)[0]?.companyIds[0];
    return company === undefined || messages === 0 ? [] : [`${monthOf(day)} ${company}`];
  });
  const sum = (rows: readonly Work[], column: "messages" | "notes" | "closes"): number =>
    rows.reduce((total, row) => total + row[column], 0);
  const ofKind = (rows: readonly Work[], kind: Work["kind"]): Work[] => rows.filter((row) => row.kind === kind);
  return [
    await differencesOf(marts, "teammate_daily", "day || ' ' || teammate_id", byTeammate, (rows) => ({
      conversations_taken_part_in: rows.length,
      messages: sum(rows, "messages"),
      notes: sum(rows, "notes"),
      closes: sum(rows, "closes"),
    })),
    await differencesOf(marts, "company_monthly", "month || ' ' || company_id", byCompany, (rows) => ({
      customer_messages: sum(ofKind(rows, "customer"), "messages"),
      teammate_messages: sum(ofKind(rows, "teammate"), "messages"),
    })),
  ];
}

/**
 * In words, where the figures of a mart differ from those of its groups; null where nothing does. `key` is SQL of a row's key, by which
 * `groups` has what the row counts. `only` leaves figures out that the mart does not have.
 */
async function differencesOf<Counted>(
  marts: Marts,
  mart: string,
  key: string,
  groups: ReadonlyMap<string, readonly Counted[]>,
  figures: (rows: readonly Counted[]) => PeriodFigures,
  only: (column: string) => boolean = () => true,
): Promise<string | null> {
  const columns = Object.keys(figures([])).filter(only);
  const comparison = await compareRows<FiguresRow>({
    actual: rowsOf<FiguresRow>(marts, mart, `${key} as key, ${columns.join(", ")}`, "1"),
    keyOf: (row) => row.key,
    // A quiet period has a row of nothing.
    expectedRow: (name) => ({ key: name, ...figures(groups.get(name) ?? []) }) as FiguresRow,
    expectedKeys: groups.keys(),
    columns,
  });
  const words = describeDifferences(comparison);
  return words === null ? null : `${mart}: ${words}`;
}

/** What each human and each contact did in a conversation, day by day; nothing in a deleted one. */
function worksIn(question: MetricsQuestion, id: string): Work[] {
  const log = question.truth.events(id) ?? [];
  const opened = log.find((event) => event.kind === "opened");
  if (opened === undefined || isDeleted(log)) return [];
  const works = new Map<string, Work>();
  for (const entry of threadOf(log, opened, seenParts(log, question.syncedAt))) {
    const { kind, id: authorId } = entry.actor;
    if ((kind !== "customer" && kind !== "teammate") || (entry.isOpening && !entry.isMessage)) continue;
    const day = new Date(entry.at * 1000).toISOString().slice(0, 10);
    const key = `${day} ${kind} ${authorId}`;
    const work = works.get(key) ?? { day, conversationId: id, kind, authorId, messages: 0, notes: 0, closes: 0 };
    if (entry.isMessage) work.messages += 1;
    if (entry.isNote) work.notes += 1;
    if (entry.isClose) work.closes += 1;
    works.set(key, work);
  }
  return [...works.values()];
}

function groupBy<T>(things: readonly T[], keysOf: (thing: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    for (const key of keysOf(thing)) {
      const members = groups.get(key);
      if (members === undefined) groups.set(key, [thing]);
      else members.push(thing);
    }
  }
  return groups;
}

function mondayOf(day: string): string {
  const at = Date.parse(day) / 1000;
  const sinceMonday = (new Date(day).getUTCDay() + 6) % 7;
  return new Date((at - sinceMonday * daySeconds) * 1000).toISOString().slice(0, 10);
}

function monthOf(day: string): string {
  return `${day.slice(0, 7)}-01`;
}
