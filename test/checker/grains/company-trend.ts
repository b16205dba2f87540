import type { ConversationEvent } from "../../fake/desk/events.ts";
import type { World } from "../../fake/desk/world.ts";
import { at } from "../../fake/json.ts";
import type { GrainRow, KnownConversation } from "../conversation/known.ts";
import { isoTime, mergedAway } from "../conversation/log.ts";
import type { MetricsQuestion } from "../conversation/metrics.ts";
import { lastStates } from "../conversation/states.ts";
import { turnsOf } from "../conversation/turns.ts";

const day = 86_400;
const recentDays = 28;
const allDays = 112;
const conversationsMin = 5;
const signs = ["conversations", "reopenings", "slow_replies", "low_ratings"] as const;

type Counted = "conversations" | "reopenings" | "replies" | "slow_replies" | "ratings" | "low_ratings";
type Happened = {
  readonly companyId: string | null;
  readonly what: "new" | "reopened" | "reply" | "rating" | "other";
  readonly at: number;
  /** How long the customer waited for the reply; the rating; 0 for the rest. */
  readonly size: number;
};

/** The rows of `company_trend`, in all columns, from the event log. `asOf`: until when conversations are known, in epoch seconds. */
export function companyTrendRows(
  question: MetricsQuestion,
  world: World,
  conversations: readonly KnownConversation[],
  asOf: number,
): GrainRow[] {
  const all = conversations.flatMap((known) => happenedIn(question, known));
  const workspaceSince = Math.min(...all.map((event) => event.at));
  const recent = all.filter((event) => asOf - event.at < recentDays * day);
  const before = all.filter((event) => asOf - event.at < allDays * day && !recent.includes(event));
  const waits = before.filter(({ what }) => what === "reply").map(({ size }) => size);
  const slow = waits.toSorted((left, right) => left - right)[Math.ceil(0.9 * waits.length) - 1] ?? null;
  const counted = [...recent, ...before].filter(({ what }) => what !== "other");
  const companyIds = new Set(counted.map(({ companyId }) => companyId).filter((id) => id !== null));
  return [...companyIds].map((companyId) => {
    const now = countsOf(recent, companyId, slow);
    const earlier = countsOf(before, companyId, slow);
    const company = world.companies.find(companyId);
    const createdAt = company === null ? Number.POSITIVE_INFINITY : Number(at(company, "created_at"));
    const since = Math.min(createdAt, firstConversation(question, conversations, companyId));
    const inAll = now.conversations + earlier.conversations;
    const missing =
      asOf - workspaceSince < allDays * day
        ? "The workspace has no conversations of 112 days yet."
        : asOf - since < allDays * day
          ? "The company is not known for 112 days yet."
          : inAll < conversationsMin
            ? `Conversations in 112 days: ${inAll}, where 5 are needed.`
            : null;
    const worse = signs.map((sign) => isWorse(now[sign], earlier[sign]));
    const score = worse.filter(Boolean).length;
    const figures = signs.map((sign, index) => {
      const usual = (earlier[sign] / 3).toFixed(1);
      return `${sign.replace("_", " ")} ${now[sign]} (usually ${usual}${worse[index] ? ", worse" : ""})`;
    });
    const told = `${score} of 4 figures got worse. The last 28 days, and what was usual before: ${figures.join(", ")}.`;
    return {
      company_id: companyId,
      workspace_id: question.workspaceId,
      company_name: company === null ? null : String(at(company, "name")),
      reading: missing === null ? told : `Not enough to compare. ${missing}`,
      ...Object.fromEntries(
        Object.entries(now).flatMap(([name, count]) => [
          [name, count],
          [`usual_${name}`, earlier[name as Counted] / 3],
        ]),
      ),
      slow_reply_seconds: slow,
      score: missing === null ? score : null,
      is_sufficient: missing === null,
      ...Object.fromEntries(
        signs.map((sign, index) => [`has_more_${sign}`, missing === null ? (worse[index] ?? null) : null]),
      ),
      known_since_at: isoTime(since),
      as_of_at: isoTime(asOf),
    };
  });
}

function happenedIn(question: MetricsQuestion, known: KnownConversation): Happened[] {
  const { events, thread, opened } = known;
  const companyId = companyOf(question, known.id);
  const happened: Happened[] = [];
  const add = (what: Happened["what"], instant: number, size = 0): void => {
    happened.push({ companyId, what, at: instant, size });
  };
  if (mergedAway(question.truth, events) === null) {
    add("other", opened.at);
    const [first] = thread.filter(
      ({ actor, isMessage, isOpening }) => actor.kind === "customer" && (isMessage || isOpening),
    );
    if (first !== undefined && !first.isAfterGap) add("new", first.at);
    for (const event of events) if (isReopening(event)) add("reopened", event.at);
  }
  for (const { from, to } of turnsOf(thread).replies) add("reply", to, to - from);
  const { rating, ratedAt } = lastStates(events);
  if (rating !== null && ratedAt !== null) add("rating", ratedAt, rating);
  return happened;
}

function isReopening(event: ConversationEvent): boolean {
  return event.kind === "reopened";
}

function countsOf(events: readonly Happened[], companyId: string, slow: number | null): Record<Counted, number> {
  const count = (isCounted: (event: Happened) => boolean): number =>
    events.filter((event) => event.companyId === companyId && isCounted(event)).length;
  return {
    conversations: count(({ what }) => what === "new"),
    reopenings: count(({ what }) => what === "reopened"),
    replies: count(({ what }) => what === "reply"),
    slow_replies: count(({ what, size }) => what === "reply" && slow !== null && size > slow),
    ratings: count(({ what }) => what === "rating"),
    low_ratings: count(({ what, size }) => what === "rating" && size <= 2),
  };
}

/** Two more than usual, and twice the spread that counts have by chance: the days before, as a third, are uncertain too. */
function isWorse(now: number, before: number): boolean {
  const usual = before / 3;
  const spread = Math.sqrt(usual + usual / 3);
  return now - usual > 2 - 1e-9 && now - usual > 2 * spread + 1e-9;
}

function companyOf({ truth }: MetricsQuestion, id: string): string | null {
  return truth.companyOf(id) ?? truth.contactsOf(id)[0]?.companyIds[0] ?? null;
}

function firstConversation(
  question: MetricsQuestion,
  conversations: readonly KnownConversation[],
  companyId: string,
): number {
  const times = conversations
    .filter(({ id, events }) => companyOf(question, id) === companyId && mergedAway(question.truth, events) === null)
    .map(({ opened }) => opened.at);
  return Math.min(...times);
}
