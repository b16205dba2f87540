// How a ticket goes that is not a conversation: from its slot to every event of its life, the ones to come included.
import type { Actor } from "../actor.ts";
import { type Body, DraftedBody, type Voice } from "../body.ts";
import { calendarOf, OPERATOR, staffOf, TEAMS, type Teammate } from "../people.ts";
import { OPENINGS, TOPICS, type Topic } from "../phrases.ts";
import { hash32, Random } from "../random.ts";
import { pickState, pickType, type StateCategory, type TicketType } from "./catalog.ts";
import { TICKET_DAYS_MAX, type TicketSlot } from "./slots.ts";
import { type DeskTicketEvent, TicketTimeline } from "./timeline.ts";
import { drawValue, drawValues, pickAttribute } from "./values.ts";

const HOUR = 3600;
const DAY = 86400;
const ROUNDS_MAX = 12;
const REOPENINGS_MAX = 3;

const WORKFLOW: Actor = { kind: "bot", id: OPERATOR.id };

export interface TicketIdentity {
  readonly ticketId: string;
  readonly inboxNumber: string;
  /** What the ids of its parts begin with. */
  readonly prefix: string;
  /** Null for a ticket about nobody. */
  readonly contactId: string | null;
}

/** Every event of the ticket but its links, in order. */
export function writeTicket(seed: number, slot: TicketSlot, identity: TicketIdentity): readonly DeskTicketEvent[] {
  return new TicketStory(seed, slot, identity).tell();
}

class TicketStory {
  private readonly slot: TicketSlot;
  private readonly identity: TicketIdentity;
  private readonly random: Random;
  private readonly line: TicketTimeline;
  private readonly type: TicketType;
  private readonly topic: Topic;
  private readonly teamId: string;
  private readonly teammate: Teammate;
  private readonly firstStateId: string;
  private drafts = 0;

  constructor(seed: number, slot: TicketSlot, identity: TicketIdentity) {
    this.slot = slot;
    this.identity = identity;
    this.random = new Random(hash32(seed, 90, slot.key));
    this.type = pickType(this.random, slot.category);
    this.topic = this.random.pick(TOPICS);
    this.teamId = this.random.pick([TEAMS.tierOne.id, TEAMS.tierTwo.id, TEAMS.billing.id]);
    this.teammate = this.random.pick(staffOf(this.teamId, slot.createdAt));
    this.firstStateId = pickState(this.random, slot.category, "submitted");
    const end = Math.min(slot.createdAt + (TICKET_DAYS_MAX - 1) * DAY, slot.deletedAt - 1);
    this.line = new TicketTimeline(slot.createdAt, end, identity.prefix, this.firstStateId);
  }

  tell(): readonly DeskTicketEvent[] {
    const { line, random, slot } = this;
    const opener = this.opener();
    this.create(opener);
    line.wait(1).to(opener, this.firstStateId);
    line.wait(1 + random.below(20)).assign(WORKFLOW, null, this.teamId);
    if (random.chance(0.9)) this.work();
    if (Number.isFinite(slot.deletedAt))
      line.events.push({ kind: "deleted", at: slot.deletedAt, actor: this.mate(), metricsRetained: false });
    return line.events;
  }

  private opener(): Actor {
    const { contactId } = this.identity;
    if (this.slot.category === "Customer" && contactId !== null) return { kind: "customer", id: contactId };
    return this.random.chance(0.1) ? WORKFLOW : this.mate();
  }

  private create(actor: Actor): void {
    const { line, random, type, slot, identity } = this;
    const title = random.pick(OPENINGS[this.topic]);
    const description = random.chance(0.8) ? this.body("opening").plain : null;
    line.add({
      kind: "created",
      at: line.at,
      actor,
      ticketId: identity.ticketId,
      inboxNumber: identity.inboxNumber,
      typeId: type.id,
      category: slot.category,
      stateId: this.firstStateId,
      contactId: identity.contactId,
      attributes: drawValues(random, type, line.at, title, description),
    });
  }

  private work(): void {
    const { line, random, slot } = this;
    this.waitForTeam();
    if (random.chance(0.4)) line.assign(this.mate(), this.teammate.id, this.teamId);
    line.wait(20).to(this.mate(), this.stateOf("in_progress"));
    if (slot.isGiant)
      for (let left = 510 + random.below(100); left > 0; left--) this.exchange(random.skewed(600, 0.8, HOUR));
    for (let rounds = 0; rounds < ROUNDS_MAX && random.chance(0.6); rounds++) this.round();
    if (random.chance(0.12)) return;
    this.resolve();
    for (let left = 0; left < REOPENINGS_MAX && random.chance(0.2); left++) this.reopen();
  }

  private round(): void {
    const { line, random, type, slot } = this;
    if (slot.category !== "Customer") {
      line.wait(random.skewed(5 * HOUR, 1.1, 4 * DAY)).note(this.mate(), this.body("note"));
      if (random.chance(0.2)) line.message(this.mate(), this.body("reply"));
    } else if (random.chance(0.5)) {
      this.waitForTeam();
      line.message(this.mate(), this.body("reply"));
      line.wait(5).to(this.mate(), this.stateOf("waiting_on_customer"));
      const answers = random.chance(0.85);
      line.wait(answers ? random.skewed(8 * HOUR, 1.2, 6 * DAY) : 5 * DAY);
      if (answers) line.message(this.customer(), random.chance(0.03) ? null : this.body("follow-up"), random.below(2));
      line.to(answers ? this.customer() : WORKFLOW, this.stateOf("in_progress"));
    } else this.exchange(random.skewed(3 * HOUR, 1.1, 3 * DAY));
    const attribute = random.chance(0.3) ? pickAttribute(random, type) : null;
    if (attribute === null) return;
    const by = random.chance(0.2) ? WORKFLOW : this.mate();
    line.wait(30).set(by, attribute.id, attribute.name, drawValue(random, attribute, line.at));
  }

  private exchange(seconds: number): void {
    const { line, slot, random } = this;
    line.wait(seconds);
    if (slot.category === "Customer") line.message(this.customer(), this.body("follow-up"));
    line.wait(random.skewed(900, 1, HOUR)).message(this.mate(), this.body("reply"));
  }

  private resolve(): void {
    const { line, random, slot } = this;
    this.waitForTeam();
    if (slot.category === "Customer" && random.chance(0.6)) line.message(this.mate(), this.body("closing"));
    line.wait(10).to(random.chance(0.1) ? WORKFLOW : this.mate(), this.stateOf("resolved"));
  }

  /** By the customer's message, or by a teammate. */
  private reopen(): void {
    const { line, random, slot } = this;
    line.wait(random.skewed(DAY, 1, 6 * DAY));
    const byCustomer = slot.category === "Customer" && random.chance(0.7);
    if (byCustomer) line.message(this.customer(), this.body("return"));
    line.to(byCustomer ? this.customer() : this.mate(), this.stateOf("in_progress"));
    if (random.chance(0.9)) this.resolve();
  }

  private waitForTeam(): void {
    const { line, random } = this;
    line.at = calendarOf(this.teamId).afterOpen(line.at, Math.round(random.skewed(2 * HOUR, 1, 2 * DAY)));
    line.wait(1);
  }

  private stateOf(category: StateCategory): string {
    return pickState(this.random, this.slot.category, category);
  }

  private mate(): Actor {
    return { kind: "teammate", id: this.teammate.id };
  }

  private customer(): Actor {
    const { contactId } = this.identity;
    return contactId === null ? this.mate() : { kind: "customer", id: contactId };
  }

  private body(voice: Voice): Body {
    this.drafts++;
    return new DraftedBody({
      seed: hash32(this.slot.key, this.drafts, this.slot.createdAt, 91),
      voice,
      topic: this.topic,
      language: "en",
      isEmail: false,
    });
  }
}
