// A ticket's timeline as it is being written: the clock runs forward, and the state is always known.
import type { Actor } from "../actor.ts";
import type { Body } from "../body.ts";
import type { WithBody } from "../timeline.ts";
import { type TicketState, ticketStateOf } from "./catalog.ts";
import type { AttributeValue, TicketStateChangedEvent } from "./conversation-events.ts";
import type { TicketEvent } from "./events.ts";

/** An event as the desk keeps it: like those of the event log, but bodies are rendered only when asked for. */
export type DeskTicketEvent = WithBody<TicketEvent>;

/** The events of the log, with the text that their bodies say. */
export function publicTicketEvent(event: DeskTicketEvent): TicketEvent {
  if (!("body" in event)) return event;
  const { body, quickReply: _, ...rest } = event;
  return { ...rest, text: body?.plain ?? null };
}

export class TicketTimeline {
  readonly events: DeskTicketEvent[] = [];
  /** Epoch seconds of whatever happens next. */
  at: number;
  private current: TicketState;
  private readonly end: number;
  private readonly prefix: string;
  private parts: number;

  /** `prefix` makes part ids; nothing that would happen after `end` (epoch seconds) is recorded. */
  constructor(at: number, end: number, prefix: string, stateId: string, parts = 0) {
    this.at = at;
    this.end = end;
    this.prefix = prefix;
    this.current = ticketStateOf(stateId);
    this.parts = parts;
  }

  get state(): TicketState {
    return this.current;
  }

  get isOver(): boolean {
    return this.at > this.end;
  }

  /** Lets time pass; at least a second. */
  wait(seconds: number): this {
    this.at += Math.max(1, Math.round(seconds));
    return this;
  }

  message(actor: Actor, body: Body | null, attachments = 0): string {
    const partId = this.nextPart();
    this.add({ kind: "message", at: this.at, actor, partId, body, attachments });
    return partId;
  }

  note(actor: Actor, body: Body): string {
    const partId = this.nextPart();
    this.add({ kind: "note", at: this.at, actor, partId, body });
    return partId;
  }

  assign(actor: Actor, teammateId: string | null, teamId: string | null): void {
    this.add({ kind: "assigned", at: this.at, actor, partId: this.nextPart(), teammateId, teamId });
  }

  /** To another state, or, as a ticket begins, to the one that it has. */
  to(actor: Actor, stateId: string): void {
    const next = ticketStateOf(stateId);
    this.add(stateChange(this.at, actor, this.nextPart(), this.current, next));
    if (!this.isOver) this.current = next;
  }

  set(actor: Actor, attributeId: string, name: string, value: AttributeValue): void {
    this.add({ kind: "ticket_attribute_set", at: this.at, actor, partId: this.nextPart(), attributeId, name, value });
  }

  /** Anything else, even out of order. */
  add(event: DeskTicketEvent): void {
    if (event.at <= this.end) this.events.push(event);
  }

  private nextPart(): string {
    this.parts++;
    return this.prefix + String(100000 + this.parts).slice(1);
  }
}

/** A change of state as the log tells of it: bots are workflows, customers users, everybody else admins. */
export function stateChange(
  at: number,
  actor: Actor,
  partId: string,
  from: TicketState,
  to: TicketState,
): TicketStateChangedEvent {
  const by = actor.kind === "customer" ? "user" : actor.kind === "bot" ? "workflow" : "admin";
  return {
    kind: "ticket_state_changed",
    at,
    actor,
    partId,
    by,
    fromStateId: from.id,
    toStateId: to.id,
    from: from.category,
    to: to.category,
  };
}
