// What tests change on top of the generated world. Each change happens now, by the server's clock; a conversation that is
// touched goes its own way from then on: what had been planned for it no longer happens.

import { JsonText } from "../json-text.ts";
import { accountOfCompany } from "./accounts.ts";
import type { Body } from "./body.ts";
import { givenBody } from "./body.ts";
import type { DeskClock } from "./clock.ts";
import type { Actor, ReopenedEvent, SlaEvent } from "./events.ts";
import { ADDED_KEYS_FROM, type GeneratedConversations } from "./generated-conversations.ts";
import type { GeneratedDirectory } from "./generated-directory.ts";
import { OPERATOR, TAGS, TEAMMATES } from "./people.ts";
import { idPrefix } from "./scene.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Story } from "./story.ts";
import type { AttributeValue } from "./tickets/conversation-events.ts";
import { Timeline } from "./timeline.ts";
import { RECORD_KEYS_MAX } from "./world.ts";

/** Plain text, or HTML together with the plain text that it says. */
export type Words = string | Body;

export interface NewConversation {
  readonly contactId: string;
  readonly words: Words | null;
  readonly attachments?: number;
  /** Intercom's `source.type`; "conversation" unless told. */
  readonly channel?: string;
  readonly companyId?: string;
  /** The id comes as a number in JSON, digits beyond 2^53 and all. */
  readonly hasUnquotedId?: boolean;
}

export class DeskChanges {
  readonly tags: { readonly id: string; readonly name: string }[] = [];
  count = 0;
  private readonly time: DeskClock;
  private readonly conversations: GeneratedConversations;
  private readonly directory: GeneratedDirectory;
  private nextKey = ADDED_KEYS_FROM;

  constructor(time: DeskClock, conversations: GeneratedConversations, directory: GeneratedDirectory) {
    this.time = time;
    this.conversations = conversations;
    this.directory = directory;
  }

  /** A customer opens a conversation; returns its id. */
  addConversation(conversation: NewConversation): string {
    const at = this.begin();
    const key = this.nextKey++;
    if (key >= RECORD_KEYS_MAX) throw new RangeError("too many conversations were added");
    const id = this.conversations.idOf(key);
    const timeline = new Timeline(at, Number.POSITIVE_INFINITY, idPrefix(key));
    const { words, attachments = 0, channel = "conversation", companyId, hasUnquotedId = false } = conversation;
    timeline.opened({ kind: "customer", id: conversation.contactId }, channel, body(words), attachments);
    this.conversations.changed.set(key, {
      key,
      id: hasUnquotedId ? new JsonText(id) : id,
      events: timeline.events,
      contactId: conversation.contactId,
      companyAccount: companyId === undefined ? null : accountOfCompany(companyId),
      language: "English",
    });
    return id;
  }

  /** The customer writes; a closed conversation is reopened by it, a snoozed one woken. Returns the part's id. */
  customerReplies(
    id: string,
    words: Words | null,
    options: { readonly attachments?: number; readonly asComment?: boolean } = {},
  ): string {
    return this.go(id, (line, story) =>
      line.message(
        { kind: "customer", id: story.contactId },
        body(words),
        options.attachments ?? 0,
        options.asComment ?? false,
      ),
    );
  }

  teammateReplies(id: string, words: Words, teammateId = teammate().id): string {
    return this.go(id, (line) => line.message({ kind: "teammate", id: teammateId }, body(words)));
  }

  /** The AI agent answers, as a bot or under a teammate's name. */
  aiReplies(id: string, words: Words, asTeammateId?: string): string {
    const actor: Actor =
      asTeammateId === undefined ? { kind: "bot", id: "7009001" } : { kind: "ai_as_teammate", id: asTeammateId };
    return this.go(id, (line) => line.message(actor, body(words)));
  }

  note(id: string, words: Words): string {
    return this.go(id, (line) => line.note(teammate(), givenWords(words)));
  }

  close(id: string, words: Words | null = null): string {
    return this.go(id, (line) => line.close(teammate(), body(words)));
  }

  /** Closed without a part; `isRecorded`: Intercom's statistics tell when. Throws when it is closed already. */
  closeUnseen(id: string, isRecorded: boolean): void {
    this.go(id, (line) => {
      if (line.state === "closed") throw new Error(`conversation ${id} is closed already`);
      line.closeUnseen({ kind: "bot", id: OPERATOR.id }, isRecorded);
    });
  }

  /** A teammate reopens it. Throws when it is not closed. */
  reopen(
    id: string,
    how: Exclude<ReopenedEvent["how"], "customer_open" | "customer_comment"> = "teammate_open",
    words: Words | null = null,
  ): string {
    return this.go(id, (line) => {
      if (line.state !== "closed") throw new Error(`conversation ${id} is ${line.state}, not closed`);
      return line.reopenBy(
        teammate(),
        how,
        how === "assign_and_reopen" ? { teammateId: teammate().id, teamId: null } : null,
        body(words),
      );
    });
  }

  snooze(id: string, seconds: number): string {
    return this.go(id, (line) => line.snooze(teammate(), line.at + seconds));
  }

  /** The customer rates it, or changes the rating. */
  rate(id: string, score: number, remark: string | null = null): void {
    this.go(id, (line, story, snapshot) => {
      if (snapshot.rating === null)
        line.add({ kind: "rating_asked", at: line.at, actor: teammate(), teammateId: teammate().id });
      line.rate({ kind: "customer", id: story.contactId }, score, remark);
    });
  }

  /** A workflow applies an SLA, or the SLA's status changes; "cancelled": a teammate removed the SLA. */
  setSla(id: string, name: string, status: SlaEvent["status"]): void {
    this.go(id, (line) =>
      line.add({ kind: "sla", at: line.at, actor: { kind: "bot", id: OPERATOR.id }, name, status }),
    );
  }

  /** Takes the content of a part away, or of the opening message when no part is named. */
  redact(id: string, partId?: string): void {
    this.go(id, (line, _story, snapshot) => {
      line.add({ kind: "redacted", at: line.at, actor: teammate(), partId: partId ?? snapshot.opened.sourceId });
    });
  }

  /** Tags many at a stroke: all of them have the same updated_at afterwards. */
  tag(ids: readonly string[], name: string): void {
    const at = this.begin();
    const tag = this.tagNamed(name);
    for (const id of ids) this.go(id, (line) => line.tag(teammate(), tag, false), at);
  }

  untag(ids: readonly string[], name: string): void {
    const at = this.begin();
    const tag = this.tagNamed(name);
    for (const id of ids) this.go(id, (line) => line.untag(teammate(), tag, false), at);
  }

  delete(id: string): void {
    this.go(id, (line) => line.add({ kind: "deleted", at: line.at, actor: teammate(), metricsRetained: false }));
  }

  restore(id: string): void {
    this.go(id, (line) => line.add({ kind: "restored", at: line.at, actor: teammate() }));
  }

  /** Customer and teammate write in turn, all within this second, until so many messages more are there. */
  writeMany(id: string, messages: number): void {
    this.go(id, (line, story) => {
      for (let each = 0; each < messages; each++) {
        const actor: Actor = each % 2 === 0 ? teammate() : { kind: "customer", id: story.contactId };
        line.message(actor, givenBody(`Message ${each + 1} of ${messages}`));
      }
    });
  }

  /** Null empties it. */
  setAttribute(id: string, name: string, value: AttributeValue): void {
    this.go(id, (line) => line.setAttribute(teammate(), name, value));
  }

  /** The first becomes part of the second: it is closed without a close, and both tell of it in the same second. */
  merge(secondaryId: string, primaryId: string): void {
    const at = this.begin();
    this.go(secondaryId, (line) => line.merge("merged_into", OPERATOR.id, primaryId), at);
    this.go(primaryId, (line) => line.merge("merged_from", OPERATOR.id, secondaryId), at);
  }

  addContact(contact: { readonly email: string | null; readonly name?: string }): string {
    return this.directory.add(this.begin(), contact.email, contact.name ?? null);
  }

  changeEmail(contactId: string, email: string | null): void {
    this.directory.patch(contactId, this.begin(), { email });
  }

  deleteContact(contactId: string): void {
    const at = this.begin();
    this.directory.patch(contactId, at, { deletedAt: at });
  }

  /** The first becomes part of the second: it is gone, and its conversations are the other's. */
  mergeContacts(fromId: string, intoId: string): void {
    const at = this.begin();
    for (const key of [...this.conversations.keysOfContact(fromId)]) {
      this.go(
        this.conversations.idOf(key),
        (line) => line.add({ kind: "contact_merged", at, actor: teammate(), fromId, intoId }),
        at,
      );
    }
    this.directory.patch(fromId, at, { deletedAt: at }, intoId);
    this.directory.patch(intoId, at, {});
  }

  /** The contact belongs to these companies from now on, in this order. */
  setCompanies(contactId: string, companyIds: readonly string[]): void {
    const accounts = companyIds.map((id) => accountOfCompany(id)).filter((account) => account !== null);
    this.directory.patch(contactId, this.begin(), { accounts });
  }

  private begin(): number {
    this.count++;
    return this.time.touch();
  }

  private go<T>(id: string, act: (line: Timeline, story: Story, snapshot: Snapshot) => T, at = this.begin()): T {
    const story = this.conversations.ownStoryById(id);
    const snapshot = story === null ? null : this.conversations.snapshot(story);
    if (story === null || snapshot === null) throw new Error(`there is no conversation ${id}`);
    const parts = Number(snapshot.parts.at(-1)?.id.slice(-5) ?? 0);
    const line = new Timeline(at, Number.POSITIVE_INFINITY, idPrefix(story.key), parts);
    line.state = snapshot.state;
    const result = act(line, story, snapshot);
    this.conversations.changed.set(story.key, { ...story, events: [...story.events, ...line.events] });
    return result;
  }

  private tagNamed(name: string): { readonly id: string; readonly name: string } {
    const known = [...TAGS, ...this.tags].find((tag) => tag.name === name);
    if (known !== undefined) return known;
    const tag = { id: String(8201 + this.tags.length), name };
    this.tags.push(tag);
    return tag;
  }
}

function teammate(): Actor & { readonly kind: "teammate" } {
  return { kind: "teammate", id: TEAMMATES[0]?.id ?? "7001001" };
}

function body(words: Words | null): Body | null {
  return words === null ? null : givenWords(words);
}

function givenWords(words: Words): Body {
  return typeof words === "string" ? givenBody(words) : words;
}
