// A conversation's timeline as it is being written: the clock runs forward, states change only as Intercom lets them.
import type { Body } from "./body.ts";
import type { Actor, ConversationEvent, PrioritizedEvent, ReopenedEvent, WokenEvent } from "./events.ts";
import type { AttributeValue } from "./tickets/conversation-events.ts";

/** An event as the desk keeps it: like those of the event log, but bodies are rendered only when asked for. */
export type DeskEvent = WithBody<ConversationEvent>;
/** Events whose text is a body that is rendered when asked for. */
export type WithBody<E> = E extends { readonly text: string | null }
  ? Omit<E, "text"> & { readonly body: Body | null } & Extras
  : E & Extras;

interface Extras {
  /** A quick reply: the option that was clicked; or the options that were offered. */
  readonly quickReply?: "clicked" | "offered";
}

/** The events of the log, with the text that their bodies say. */
export function publicEvent(event: DeskEvent): ConversationEvent {
  if (!("body" in event)) return event;
  const { body, quickReply: _, ...rest } = event;
  return { ...rest, text: body?.plain ?? null };
}

export class Timeline {
  readonly events: DeskEvent[] = [];
  /** Epoch seconds of whatever happens next. */
  at: number;
  state: "open" | "closed" | "snoozed" = "open";
  private readonly end: number;
  private readonly prefix: string;
  private parts: number;

  /** `prefix` makes part ids; nothing that would happen after `end` (epoch seconds) is recorded. */
  constructor(at: number, end: number, prefix: string, parts = 0) {
    this.at = at;
    this.end = end;
    this.prefix = prefix;
    this.parts = parts;
  }

  get sourceId(): string {
    return `${this.prefix}00000`;
  }

  get isOver(): boolean {
    return this.at > this.end;
  }

  /** Lets time pass; at least a second, so that the order of parts is plain. */
  wait(seconds: number): this {
    this.at += Math.max(1, Math.round(seconds));
    return this;
  }

  opened(actor: Actor, channel: string, body: Body | null, attachments = 0): void {
    this.add({ kind: "opened", at: this.at, actor, sourceId: this.sourceId, channel, body, attachments });
  }

  /** A public message; by the customer it wakes or reopens what is not open, `asComment` tells in which shape. */
  message(
    actor: Actor,
    body: Body | null,
    attachments = 0,
    asComment = false,
    quickReply?: Extras["quickReply"],
  ): string {
    const partId = this.nextPart();
    const how = asComment ? "customer_comment" : "customer_open";
    if (actor.kind === "customer" && this.state === "closed") this.reopen(partId, actor, how);
    if (actor.kind === "customer" && this.state === "snoozed") this.wake(partId, actor, how);
    this.say(partId, actor, body, attachments, quickReply);
    return partId;
  }

  note(actor: Actor, body: Body): string {
    const partId = this.nextPart();
    this.add({ kind: "note", at: this.at, actor, partId, body });
    return partId;
  }

  assign(actor: Actor, teammateId: string | null, teamId: string | null, body: Body | null = null): string {
    const partId = this.nextPart();
    this.add({ kind: "assigned", at: this.at, actor, partId, teammateId, teamId });
    if (body !== null) this.say(partId, actor, body, 0);
    return partId;
  }

  close(actor: Actor, body: Body | null = null): string {
    const partId = this.nextPart();
    if (body !== null) this.say(partId, actor, body, 0);
    this.add({ kind: "closed", at: this.at, actor, partId });
    if (!this.isOver) this.state = "closed";
    return partId;
  }

  /** Closed without a part. */
  closeUnseen(actor: Actor, isRecorded: boolean): void {
    this.add({ kind: "closed_unseen", at: this.at, actor, isRecorded });
    if (!this.isOver) this.state = "closed";
  }

  /** Reopened by a teammate; `assignTo` for assign_and_reopen, `body` for what is said or noted with it. */
  reopenBy(
    actor: Actor,
    how: ReopenedEvent["how"],
    assignTo: { teammateId: string | null; teamId: string | null } | null,
    body: Body | null,
  ): string {
    const partId = this.nextPart();
    this.reopen(partId, actor, how);
    if (assignTo !== null) this.add({ kind: "assigned", at: this.at, actor, partId, ...assignTo });
    if (body !== null && how === "note_and_reopen") this.add({ kind: "note", at: this.at, actor, partId, body });
    else if (body !== null) this.say(partId, actor, body, 0);
    return partId;
  }

  snooze(actor: Actor, until: number): string {
    const partId = this.nextPart();
    this.add({ kind: "snoozed", at: this.at, actor, partId, until });
    if (!this.isOver) this.state = "snoozed";
    return partId;
  }

  wakeBy(actor: Actor, how: "timer" | "teammate"): string {
    const partId = this.nextPart();
    this.wake(partId, actor, how);
    return partId;
  }

  rate(actor: Actor, score: number, remark: string | null): void {
    this.add({ kind: "rated", at: this.at, actor, partId: this.nextPart(), score, remark });
  }

  prioritize(actor: Actor, priority: PrioritizedEvent["priority"]): void {
    this.add({ kind: "prioritized", at: this.at, actor, partId: this.nextPart(), priority });
  }

  addContact(actor: Actor, contactId: string): void {
    this.add({ kind: "contact_added", at: this.at, actor, partId: this.nextPart(), contactId });
  }

  other(actor: Actor, partType: string): void {
    this.add({ kind: "other_part", at: this.at, actor, partId: this.nextPart(), partType });
  }

  tag(actor: Actor, tag: { readonly id: string; readonly name: string }, withPart: boolean): void {
    this.add({
      kind: "tagged",
      at: this.at,
      actor,
      tagId: tag.id,
      name: tag.name,
      partId: withPart ? this.nextPart() : null,
    });
  }

  untag(actor: Actor, tag: { readonly id: string; readonly name: string }, withPart: boolean): void {
    this.add({
      kind: "untagged",
      at: this.at,
      actor,
      tagId: tag.id,
      name: tag.name,
      partId: withPart ? this.nextPart() : null,
    });
  }

  setAttribute(actor: Actor, name: string, value: AttributeValue): void {
    this.add({ kind: "attribute_set", at: this.at, actor, name, value, partId: this.nextPart() });
  }

  /** By a bot, on either side of a merge; `otherId` is the conversation on the other side. */
  merge(kind: "merged_into" | "merged_from", botId: string, otherId: string): void {
    const common = { at: this.at, actor: { kind: "bot", id: botId }, partId: this.nextPart() } as const;
    if (kind === "merged_into") this.add({ ...common, kind, primaryId: otherId });
    else this.add({ ...common, kind, secondaryId: otherId });
    if (kind === "merged_into" && !this.isOver) this.state = "closed";
  }

  /** Anything else, even out of order; `sorted` puts it in its place. */
  add(event: DeskEvent): void {
    if (event.at <= this.end) this.events.push(event);
  }

  /** The events in order of time; what was recorded first comes first within a second. */
  sorted(): readonly DeskEvent[] {
    return this.events.sort((a, b) => a.at - b.at);
  }

  private nextPart(): string {
    this.parts++;
    return this.prefix + String(100000 + this.parts).slice(1);
  }

  private say(
    partId: string,
    actor: Actor,
    body: Body | null,
    attachments: number,
    quickReply?: Extras["quickReply"],
  ): void {
    const event = { kind: "message", at: this.at, actor, partId, body, attachments } as const;
    this.add(quickReply === undefined ? event : { ...event, quickReply });
  }

  private reopen(partId: string, actor: Actor, how: ReopenedEvent["how"]): void {
    this.add({ kind: "reopened", at: this.at, actor, partId, how });
    if (!this.isOver) this.state = "open";
  }

  private wake(partId: string, actor: Actor, how: WokenEvent["how"]): void {
    this.add({ kind: "woken", at: this.at, actor, partId, how });
    if (!this.isOver) this.state = "open";
  }
}
