// How a conversation goes: from the plan that was drawn to every event of its life, the ones still to come included.
import { givenBody } from "./body.ts";
import { contactId } from "./contacts.ts";
import type { ConversationPlan } from "./conversation-plan.ts";
import type { Actor } from "./events.ts";
import { AI_AGENT, OPERATOR, staffOf, TEAMS } from "./people.ts";
import { QUICK_REPLIES, REMARKS } from "./phrases.ts";
import { Scene } from "./scene.ts";
import type { DeskEvent } from "./timeline.ts";

const HOUR = 3600;
const DAY = 86400;

const OPERATOR_ACTOR: Actor = { kind: "bot", id: OPERATOR.id };
const AI_ACTOR: Actor = { kind: "bot", id: AI_AGENT.id };

/** Every event of the conversation, in order. */
export function writeTimeline(seed: number, plan: ConversationPlan): readonly DeskEvent[] {
  return new Story(seed, plan).tell();
}

class Story extends Scene {
  tell(): readonly DeskEvent[] {
    const { line, plan, random } = this;
    this.open();
    if (this.isAnswered()) {
      if (random.chance(0.09)) {
        line.add({ kind: "sla", at: line.at, actor: OPERATOR_ACTOR, name: "Standard SLA", status: "active" });
      }
      if (plan.ai !== "none") this.aiAnswers();
      if (plan.ai === "resolves") this.aiCloses();
      else this.teammatesAnswer();
      for (let left = plan.reopenings; left > 0 && line.state === "closed"; left--) this.reopen();
      this.closeOnceMore();
      this.tagInBulk();
      this.redact();
    }
    if (Number.isFinite(plan.deletedAt)) {
      line.events.push({
        kind: "deleted",
        at: plan.deletedAt,
        actor: this.mate(),
        metricsRetained: plan.index % 2 === 0,
      });
    }
    return line.sorted();
  }

  private open(): void {
    const { line, plan, random } = this;
    switch (plan.startedBy) {
      case "customer": {
        const isFileOnly = random.chance(0.012);
        line.opened(
          this.customer,
          plan.channel,
          isFileOnly ? null : this.body("opening"),
          isFileOnly ? 1 : random.chance(0.1) ? 1 + random.below(2) : 0,
        );
        break;
      }
      case "campaign":
        line.opened({ kind: "campaign", id: this.teammate.id }, plan.channel, this.body("campaign"));
        break;
      case "teammate":
        line.opened(this.mate(), plan.channel, this.body("teammate-opening"));
        break;
      case "bot":
        line.opened(OPERATOR_ACTOR, plan.channel, this.body("greeting"));
        break;
      default:
        throw new Error(`opened by nobody: ${plan.startedBy satisfies never}`);
    }
  }

  /** Whether there is anything to answer; outbound messages are often left alone. */
  private isAnswered(): boolean {
    const { line, plan, random } = this;
    if (plan.startedBy === "customer") {
      if (plan.channel === "conversation" && random.chance(0.3)) this.greet();
      return true;
    }
    if (!random.chance(0.72)) return false;
    line.wait(random.skewed(4 * HOUR, 1.3, 6 * DAY)).message(this.customer, this.words("follow-up"));
    return !line.isOver;
  }

  private greet(): void {
    const { line, random } = this;
    const offers = random.chance(0.4);
    line
      .wait(2 + random.below(4))
      .message(OPERATOR_ACTOR, this.words("greeting"), 0, false, offers ? "offered" : undefined);
    if (offers)
      line
        .wait(8 + random.below(60))
        .message(this.customer, givenBody(random.pick(QUICK_REPLIES)), 0, false, "clicked");
  }

  private aiAnswers(): void {
    const { line, random, plan } = this;
    const actor: Actor = random.chance(0.3) ? { kind: "ai_as_teammate", id: this.teammate.id } : AI_ACTOR;
    for (let answers = 1 + random.below(2); answers > 0; answers--) {
      line.wait(6 + random.below(40)).message(actor, this.body("ai"));
      line.wait(random.skewed(150, 0.9, HOUR)).message(this.customer, this.words("follow-up"));
    }
    const resolution =
      plan.ai === "hands_over"
        ? random.chance(0.8)
          ? "escalated"
          : "negative_feedback"
        : random.chance(0.6)
          ? "assumed_resolution"
          : "confirmed_resolution";
    line.add({ kind: "ai_resolution", at: line.at, actor: AI_ACTOR, resolution });
    if (random.chance(0.15)) {
      const score = plan.ai === "resolves" ? 4 + random.below(2) : 1 + random.below(3);
      line.add({
        kind: "ai_rated",
        at: line.at + 30,
        actor: this.customer,
        score,
        remark: random.chance(0.3) ? random.pick(REMARKS[score > 3 ? "good" : "bad"]) : null,
      });
    }
  }

  private aiCloses(): void {
    const { line, random } = this;
    line.wait(random.skewed(10 * 60, 0.6, 5 * HOUR)).close(AI_ACTOR, random.chance(0.3) ? this.body("closing") : null);
    this.askAndRate();
  }

  private teammatesAnswer(): void {
    const { line, random, plan } = this;
    line.wait(1 + random.below(20)).assign(OPERATOR_ACTOR, null, this.teamId);
    if (random.chance(0.2)) line.other(OPERATOR_ACTOR, "conversation_attribute_updated_by_workflow");
    if (random.chance(0.02)) line.wait(5).other(OPERATOR_ACTOR, "language_detection_details");
    this.waitForTeam(plan.isSlow);
    if (random.chance(0.35)) line.assign(this.mate(), this.teammate.id, this.teamId);
    if (random.chance(0.07)) line.wait(20).prioritize(this.mate(), random.pick(["high", "urgent", "medium", "low"]));
    line.wait(30 + random.below(200)).message(this.mate(), this.words("reply"), random.chance(0.04) ? 1 : 0);
    if (line.events.some((event) => event.kind === "sla")) {
      line.add({
        kind: "sla",
        at: line.at,
        actor: OPERATOR_ACTOR,
        name: "Standard SLA",
        status: line.at - plan.createdAt < 4 * HOUR ? "hit" : "missed",
      });
    }
    this.tagByTopic();
    if (plan.isGiant) this.goOnAndOn();
    while (random.chance(0.52) && !line.isOver) this.round();
    if (random.chance(0.12)) this.snooze();
    if (!random.chance(0.96)) return;
    this.closeByTeam();
    if (plan.startedBy === "customer") this.askAndRate();
    if (random.chance(0.02)) line.wait(random.skewed(HOUR, 1, DAY)).message(this.mate(), this.words("reply"));
  }

  private round(): void {
    const { line, random, plan } = this;
    if (random.chance(0.12)) line.wait(60 + random.below(600)).note(this.mate(), this.body("note"));
    if (random.chance(0.1)) this.handOver();
    const isFileOnly = random.chance(0.03);
    line
      .wait(random.skewed(35 * 60, 1.2, 4 * DAY))
      .message(this.customer, isFileOnly ? null : this.words("follow-up"), isFileOnly || random.chance(0.05) ? 1 : 0);
    if (
      plan.secondContact !== null &&
      plan.secondContact !== plan.contact &&
      !line.events.some((event) => event.kind === "contact_added")
    ) {
      const added = contactId(plan.secondContact);
      line.wait(15).addContact(this.mate(), added);
      if (random.chance(0.5))
        line.wait(random.skewed(HOUR, 1, DAY)).message({ kind: "customer", id: added }, this.words("follow-up"));
    }
    this.waitForTeam(false);
    line.message(this.mate(), this.words("reply"), random.chance(0.04) ? 1 : 0);
  }

  private handOver(): void {
    const { line, random } = this;
    const from = this.mate();
    this.teamId = this.teamId === TEAMS.tierOne.id ? TEAMS.tierTwo.id : TEAMS.tierOne.id;
    this.teammate = random.pick(staffOf(this.teamId, this.plan.createdAt));
    if (random.chance(0.5)) line.wait(40).note(from, this.body("note"));
    line
      .wait(30)
      .assign(
        from,
        random.chance(0.5) ? this.teammate.id : null,
        this.teamId,
        random.chance(0.3) ? this.body("handover") : null,
      );
  }

  private snooze(): void {
    const { line, random } = this;
    if (line.state !== "open") return;
    const until = line.at + (1 + random.below(3)) * DAY;
    line.wait(20).snooze(this.mate(), until);
    const how = random.next();
    if (how < 0.5) {
      line.at = Math.max(line.at + 1, until);
      line.wakeBy(OPERATOR_ACTOR, "timer");
    } else if (how < 0.9) {
      line.wait(random.next() * (until - line.at - 60)).message(this.customer, this.body("follow-up"), 0, how > 0.8);
    } else line.wait(random.next() * (until - line.at - 60)).wakeBy(this.mate(), "teammate");
    this.waitForTeam(false);
    line.message(this.mate(), this.words("reply"));
  }

  private closeByTeam(): void {
    const { line, random } = this;
    if (random.chance(0.15)) {
      line.wait(3 * DAY).close(OPERATOR_ACTOR, random.chance(0.3) ? this.body("closing") : null);
    } else {
      line.wait(random.skewed(2 * HOUR, 1.1, 2 * DAY));
      this.waitForTeam(false);
      line.close(this.mate(), random.chance(0.3) ? this.body("closing") : null);
    }
  }

  /** A workflow closes what is closed already, two days later; or what was reopened is closed by a merge, which leaves no part. */
  private closeOnceMore(): void {
    const { line, rare } = this;
    if (line.state === "closed" && rare.chance(0.03)) line.wait(2 * DAY).close(OPERATOR_ACTOR);
    const isReopened = line.events.some((event) => event.kind === "reopened");
    if (line.state === "open" && isReopened && rare.chance(0.8))
      line.wait(DAY).closeUnseen(OPERATOR_ACTOR, rare.chance(0.6));
  }

  private askAndRate(): void {
    const { line, random, plan } = this;
    if (plan.score === null && !random.chance(0.4)) return;
    line.add({ kind: "rating_asked", at: line.at, actor: OPERATOR_ACTOR, teammateId: this.teammate.id });
    if (plan.score === null || line.state !== "closed") return;
    const score = plan.score;
    const remark = (rating: number): string | null =>
      random.chance(0.4) ? random.pick(REMARKS[rating > 2 ? "good" : "bad"]) : null;
    line.wait(random.skewed(90 * 60, 1.2, 3 * DAY)).rate(this.customer, score, remark(score));
    if (random.chance(0.07)) {
      const second = score > 2 ? score - 1 : score + 2;
      line.wait(random.skewed(5 * HOUR, 1, 2 * DAY)).rate(this.customer, second, remark(second));
    }
  }

  private reopen(): void {
    const { line, random } = this;
    line.wait(random.skewed(9 * HOUR, 1.1, 5 * DAY));
    const how = random.next();
    if (how < 0.6) line.message(this.customer, this.words("return"), 0, how > 0.45);
    else {
      this.waitForTeam(false);
      const kind = how < 0.75 ? "assign_and_reopen" : how < 0.93 ? "teammate_open" : "note_and_reopen";
      const body = kind === "note_and_reopen" ? this.body("note") : random.chance(0.3) ? this.body("reply") : null;
      line.reopenBy(
        this.mate(),
        kind,
        kind === "assign_and_reopen" ? { teammateId: this.teammate.id, teamId: this.teamId } : null,
        body,
      );
    }
    this.waitForTeam(false);
    line.message(this.mate(), this.words("reply"));
    if (random.chance(0.4)) this.round();
    if (random.chance(0.94)) this.closeByTeam();
  }

  private goOnAndOn(): void {
    const { line, random } = this;
    for (let left = 520 + random.below(160); left > 0; left--) {
      line
        .wait(random.skewed(7 * 60, 0.8, HOUR))
        .message(left % 2 === 0 ? this.customer : this.mate(), this.body(left % 2 === 0 ? "follow-up" : "reply"));
    }
  }
}
