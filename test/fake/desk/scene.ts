// What every scene of a conversation has at hand: who is in it, the timeline being written, the team's clock; and what
// happens beside the conversation itself (tags, redactions).
import { type Body, DraftedBody, type Voice } from "./body.ts";
import { contactId } from "./contacts.ts";
import type { ConversationPlan } from "./conversation-plan.ts";
import type { Actor } from "./events.ts";
import { calendarOf, staffOf, TAGS, type Teammate } from "./people.ts";
import type { Topic } from "./phrases.ts";
import { hash32, Random } from "./random.ts";
import { Timeline } from "./timeline.ts";

const HOUR = 3600;
const DAY = 86400;
/** A window of time touches a bounded span of indexes, because no conversation lives longer. */
export const CONVERSATION_DAYS_MAX = 21;
const SLOW_REPLY_SECONDS_MIN = 9 * HOUR;
const REDACTED_SHARE = 0.015;
/** Cards, articles and stickers: Intercom shows a comment, and nothing in it. */
const EMPTY_SHARE = 0.015;

/** At these instants somebody tagged a third of the last weeks' conversations at a stroke: one updated_at for many. */
const BULK_TAGGINGS = [Date.UTC(2025, 2, 14, 15) / 1000, Date.UTC(2026, 5, 12, 16) / 1000];

const TAG_OF_TOPIC: Partial<Record<Topic, string>> = {
  billing: "billing",
  bug: "bug",
  "feature request": "feature request",
  "how-to": "how-to",
  integration: "integration",
  login: 'login, "SSO"',
  refund: "refund",
  performance: "performance",
  praise: "praise",
};

/** What the ids of a conversation's message and parts begin with. */
export function idPrefix(index: number): string {
  return `4${100000000000 + index}`;
}

export class Scene {
  protected readonly plan: ConversationPlan;
  protected readonly random: Random;
  /** Of draws of its own, so that what is rare leaves the rest as it was. */
  protected readonly rare: Random;
  protected readonly line: Timeline;
  protected readonly customer: Actor;
  protected teamId: string;
  protected teammate: Teammate;
  private drafts = 0;

  constructor(seed: number, plan: ConversationPlan) {
    this.plan = plan;
    this.random = new Random(hash32(seed, 60, plan.index));
    this.rare = new Random(hash32(seed, 61, plan.index));
    const end = Math.min(plan.createdAt + (CONVERSATION_DAYS_MAX - 1) * DAY, plan.deletedAt - 1);
    this.line = new Timeline(plan.createdAt, end, idPrefix(plan.index));
    this.customer = { kind: "customer", id: contactId(plan.contact) };
    this.teamId = plan.teamId;
    this.teammate = this.random.pick(staffOf(plan.teamId, plan.createdAt));
  }

  protected tagByTopic(): void {
    const { line, random, plan } = this;
    const names = [
      random.chance(0.6) ? TAG_OF_TOPIC[plan.topic] : undefined,
      plan.reopenings > 0 && random.chance(0.3) ? "bug" : undefined,
      plan.language === "de" ? "Über-Kunde" : undefined,
      random.chance(0.03) ? "🔥 outage" : undefined,
      random.chance(0.05) ? "VIP" : undefined,
    ];
    for (const tag of TAGS) {
      if (!names.includes(tag.name)) continue;
      const withPart = random.chance(0.5);
      line.wait(5).tag(this.mate(), tag, withPart);
      if (random.chance(0.05)) line.wait(40).untag(this.mate(), tag, withPart);
    }
  }

  protected tagInBulk(): void {
    const { line, plan } = this;
    const tag = TAGS.find((each) => each.name === "Q-review");
    for (const at of BULK_TAGGINGS) {
      const age = at - plan.createdAt;
      if (tag === undefined || plan.index % 3 !== 0 || age < HOUR || age > (CONVERSATION_DAYS_MAX - 2) * DAY) continue;
      line.add({ kind: "tagged", at, actor: this.mate(), tagId: tag.id, name: tag.name, partId: null });
    }
  }

  protected redact(): void {
    const { line, random } = this;
    if (!random.chance(REDACTED_SHARE)) return;
    const said = line.events.filter((event) => event.kind === "message" || event.kind === "opened");
    const victim = said[random.chance(0.3) ? 0 : random.below(said.length)];
    if (victim === undefined) return;
    const partId = victim.kind === "opened" ? victim.sourceId : victim.partId;
    line.add({
      kind: "redacted",
      at: victim.at + Math.round(random.skewed(6 * HOUR, 1, 2 * DAY)),
      actor: this.mate(),
      partId,
    });
  }

  /** Until somebody of the team gets to it: within open hours, and overnight when it is slow. */
  protected waitForTeam(isSlow: boolean): void {
    const { line, random } = this;
    const calendar = calendarOf(this.teamId);
    if (isSlow)
      line.at = calendar.nextOpen(line.at + SLOW_REPLY_SECONDS_MIN + Math.round(random.skewed(8 * HOUR, 0.8, 2 * DAY)));
    // One in twelve is answered out of hours.
    else if (random.chance(0.08)) line.wait(random.skewed(30 * 60, 0.8, 3 * HOUR));
    else line.at = calendar.afterOpen(line.at, Math.round(random.skewed(22 * 60, 1.1, 4 * HOUR)));
    line.wait(1);
  }

  protected mate(): Actor {
    return { kind: "teammate", id: this.teammate.id };
  }

  /** What a comment holds: now and then nothing. */
  protected words(voice: Voice): Body | null {
    const body = this.body(voice);
    return this.rare.chance(EMPTY_SHARE) ? null : body;
  }

  protected body(voice: Voice): Body {
    const { plan } = this;
    this.drafts++;
    return new DraftedBody({
      seed: hash32(plan.index, this.drafts, plan.createdAt),
      voice,
      topic: plan.topic,
      language: plan.language,
      isEmail: plan.channel === "email",
    });
  }
}
