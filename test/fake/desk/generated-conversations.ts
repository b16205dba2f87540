// The conversations of the generated world: made whenever somebody asks, or as a test has changed them.

import { type JsonObject, parseObject } from "../json.ts";
import { fromBytes, type JsonText } from "../json-text.ts";
import type { Accounts } from "./accounts.ts";
import { type Arrivals, DESK_BEGIN, DESK_NOW } from "./arrivals.ts";
import { attributeEvents } from "./attributes/story.ts";
import type { ChurnSimulation } from "./churn.ts";
import type { DeskClock } from "./clock.ts";
import { type Contacts, contactId } from "./contacts.ts";
import { type ConversationPlan, deletedIndexes, drawPlan } from "./conversation-plan.ts";
import { ConversationTimes } from "./conversation-times.ts";
import { writeTimeline } from "./desk.ts";
import type { GeneratedDirectory } from "./generated-directory.ts";
import { mergeOf, withMerge } from "./merges.ts";
import { LANGUAGE_NAME } from "./phrases.ts";
import { type ConversationFacts, type Rendered, renderConversation, renderListItem } from "./render.ts";
import { itemOf, type Kept, RenderedConversations } from "./rendered.ts";
import { CONVERSATION_DAYS_MAX, idPrefix } from "./scene.ts";
import { type Snapshot, snapshotOf } from "./snapshot.ts";
import type { Story } from "./story.ts";
import { inOrder } from "./tickets/conversion.ts";
import type { Ticketing } from "./tickets/ticketing.ts";
import type { DeskEvent } from "./timeline.ts";
import type { Bounds, Records } from "./world.ts";

const DAY = 86400;
const ID_PREFIX = "215468";
const ID_OFFSET = 100_000_000_000;
/** Keys of conversations that tests add; below them are the generated ones, whose keys are their indexes. */
export const ADDED_KEYS_FROM = 4_000_000;

export interface ConversationSources {
  readonly seed: number;
  readonly time: DeskClock;
  readonly arrivals: Arrivals;
  readonly accounts: Accounts;
  readonly people: Contacts;
  readonly simulation: ChurnSimulation;
  readonly directory: GeneratedDirectory;
  /** Conversations have attributes, and some are merged. */
  readonly isWhole: boolean;
  /** What tickets do to conversations; null in a workspace without tickets. */
  readonly ticketing: Ticketing | null;
  readonly keptBytesMax?: number | undefined;
}

export interface Deletion {
  readonly id: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly metricsRetained: boolean;
}

export class GeneratedConversations implements Records {
  /** Those that tests have changed or added, by key. */
  readonly changed = new Map<number, Story>();
  private readonly from: ConversationSources;
  private readonly times: ConversationTimes;
  private readonly rendered: RenderedConversations;
  /** The story told last: a ticket and its conversation ask for it one after the other. */
  private latest: Story | null = null;

  constructor(sources: ConversationSources) {
    this.from = sources;
    this.rendered = new RenderedConversations(sources.keptBytesMax);
    this.times = new ConversationTimes((index) => {
      const events = this.planned(index)?.events ?? [];
      return events.length === 0 ? events : inOrder(events, sources.ticketing?.plannedLinks(index) ?? []);
    });
  }

  select(bounds: Bounds, epoch: number, visit: (key: number, updatedAt: number) => void): void {
    const { time, arrivals } = this.from;
    const planned = time.plannedUntil(epoch);
    // A day more for what quiet stretches have moved.
    const earliest = Math.max(
      bounds.updatedFrom - (CONVERSATION_DAYS_MAX + 1) * DAY,
      bounds.createdFrom - DAY,
      DESK_BEGIN,
    );
    const until = arrivals.indexFrom(Math.min(planned, bounds.updatedTo, bounds.createdTo) + 1);
    const looksAtCreation = bounds.createdFrom > 0 || bounds.createdTo < epoch;
    for (let index = arrivals.indexFrom(earliest); index < until; index++) {
      if (this.changed.size > 0 && this.changed.has(index)) continue;
      const last = this.times.lastAt(index, planned);
      if (last === 0) continue;
      const updatedAt = time.shown(last);
      if (updatedAt < bounds.updatedFrom || updatedAt > bounds.updatedTo) continue;
      if (!looksAtCreation || isCreatedWithin(time.shown(arrivals.createdAt(index)), bounds)) visit(index, updatedAt);
    }
    for (const key of this.changed.keys()) {
      const story = this.story(key, epoch);
      const snapshot = story === null ? null : snapshotOf(story.events, epoch, story.contactId);
      if (snapshot === null || snapshot.isDeleted || !isCreatedWithin(snapshot.createdAt, bounds)) continue;
      const { updatedAt } = snapshot;
      if (updatedAt >= bounds.updatedFrom && updatedAt <= bounds.updatedTo) visit(key, updatedAt);
    }
  }

  render(key: number, epoch: number): JsonObject {
    return parseObject(fromBytes(this.item(key, epoch).bytes));
  }

  text(key: number, epoch: number): JsonText {
    // Who is told of a conversation as it is now will want all of it.
    const kept = epoch === this.from.time.now() ? this.whole(key) : null;
    return kept === null ? this.item(key, epoch) : itemOf(kept);
  }

  /** With its thread, in UTF-8; null when it is not there now. */
  retrieve(id: string, isPlain: boolean): Buffer | null {
    const key = this.keyOf(id);
    if (key === null) return null;
    if (!isPlain) return this.whole(key)?.whole ?? null;
    const rendered = this.rendering(key, true);
    return rendered === null ? null : Buffer.from(rendered.bytes, "latin1");
  }

  private item(key: number, epoch: number): JsonText {
    const story = this.story(key, epoch);
    const snapshot = story === null ? null : snapshotOf(story.events, epoch, story.contactId);
    if (story === null || snapshot === null) throw new Error(`conversation ${key} is not there at ${epoch}`);
    return renderListItem(snapshot, this.facts(story));
  }

  private whole(key: number): Kept | null {
    return this.rendered.get(key, this.from.time.version(), () => this.rendering(key, false));
  }

  /** Null when it is not there now. */
  private rendering(key: number, isPlain: boolean): Rendered | null {
    const story = this.story(key, this.from.time.now());
    const snapshot = story === null ? null : this.snapshot(story);
    if (story === null || snapshot === null || snapshot.isDeleted) return null;
    return renderConversation(snapshot, this.facts(story), isPlain);
  }

  /** Those that are deleted now, in order of deletion. */
  deletions(): readonly Deletion[] {
    const now = this.from.time.now();
    const found: Deletion[] = [];
    const look = (key: number, story: Story | null): void => {
      const last = story?.events.findLast((event) => event.kind === "deleted" || event.kind === "restored");
      if (last?.kind === "deleted")
        found.push({ id: this.idOf(key), at: last.at, metricsRetained: last.metricsRetained });
    };
    for (const index of deletedIndexes(this.begun(now)))
      if (!this.changed.has(index)) look(index, this.story(index, now));
    for (const [key, story] of this.changed) look(key, story);
    return found.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  *ids(includeDeleted: boolean): Iterable<string> {
    const now = this.from.time.now();
    const planned = this.from.time.plannedUntil(now);
    const count = this.begun(now);
    for (let index = 0; index < count; index++) {
      if (this.changed.has(index)) continue;
      if (includeDeleted || this.times.lastAt(index, planned) > 0) yield this.idOf(index);
    }
    for (const [key, story] of this.changed) {
      const snapshot = this.snapshot(story);
      if (snapshot !== null && (includeDeleted || !snapshot.isDeleted)) yield this.idOf(key);
    }
  }

  /** Keys of the conversations that a contact takes part in. */
  *keysOfContact(contact: string): Iterable<number> {
    for (const id of this.ids(true)) {
      const story = this.storyById(id);
      if (story !== null && this.snapshot(story)?.contactIds.includes(contact) === true) yield story.key;
    }
  }

  storyById(id: string): Story | null {
    const key = this.keyOf(id);
    return key === null ? null : this.story(key, this.from.time.now());
  }

  /** The same without what other tickets leave in it, which goes on whatever a test does to the conversation. */
  ownStoryById(id: string): Story | null {
    const key = this.keyOf(id);
    return key === null ? null : this.ownStory(key, this.from.time.now());
  }

  snapshot(story: Story): Snapshot | null {
    return snapshotOf(story.events, this.from.time.now(), story.contactId);
  }

  idOf(key: number): string {
    return ID_PREFIX + String(ID_OFFSET + key);
  }

  keyOf(id: string): number | null {
    if (!id.startsWith(ID_PREFIX) || id.length !== ID_PREFIX.length + 12 || !/^\d+$/.test(id)) return null;
    const key = Number(id.slice(ID_PREFIX.length)) - ID_OFFSET;
    return key >= 0 && (key < ADDED_KEYS_FROM || this.changed.has(key)) ? key : null;
  }

  /** The story as it is seen at an instant: changed by a test, or as generated. Null when it has not begun. */
  story(key: number, epoch: number): Story | null {
    const own = this.ownStory(key, epoch);
    const links = own === null ? [] : (this.from.ticketing?.links(key, epoch) ?? []);
    return own === null || links.length === 0 ? own : { ...own, events: inOrder(own.events, links) };
  }

  private ownStory(key: number, epoch: number): Story | null {
    const changed = this.changed.get(key);
    if (changed !== undefined) return changed;
    const story = this.planned(key);
    if (story === null) return null;
    const { time, directory } = this.from;
    const planned = time.plannedUntil(epoch);
    const { hasMerged } = directory;
    const events: DeskEvent[] = [];
    for (const event of story.events) {
      if (event.at > planned) break;
      const seen = event.at > DESK_NOW ? { ...event, at: time.shown(event.at) } : event;
      const isMoved = hasMerged && seen.actor.kind === "customer";
      events.push(isMoved ? { ...seen, actor: { ...seen.actor, id: directory.survivor(seen.actor.id) } } : seen);
    }
    if (events.length === 0) return null;
    return { ...story, events, contactId: hasMerged ? directory.survivor(story.contactId) : story.contactId };
  }

  /** With everything that is still to come, at the times that are planned. */
  planned(index: number): Story | null {
    if (this.latest?.key !== index) this.latest = this.tell(index);
    return this.latest;
  }

  private tell(index: number): Story | null {
    const plan = this.plan(index);
    if (plan === null) return null;
    return this.withExtras({
      key: index,
      id: this.idOf(index),
      events: writeTimeline(this.from.seed, plan),
      contactId: contactId(plan.contact),
      companyAccount: plan.companyAccount,
      language: LANGUAGE_NAME[plan.language],
    });
  }

  /** What happens beside the story itself: merges, attributes, conversions to tickets. */
  private withExtras(story: Story): Story {
    const { isWhole, ticketing, seed } = this.from;
    const { key } = story;
    const merge = isWhole ? mergeOf(seed, key, (index) => this.plan(index)) : null;
    const merged = merge === null ? story : withMerge(story, merge, (index) => this.idOf(index));
    const attributes = isWhole ? attributeEvents(seed, key, merged.events, idPrefix(key)) : [];
    const converted = ticketing?.withConversion(key, this.idOf(key), merged.events) ?? merged.events;
    return { ...merged, events: inOrder(converted, attributes) };
  }

  private plan(index: number): ConversationPlan | null {
    const { seed, arrivals, simulation, accounts, people } = this.from;
    const createdAt = index < ADDED_KEYS_FROM ? arrivals.createdAt(index) : Number.POSITIVE_INFINITY;
    if (!Number.isFinite(createdAt)) return null;
    simulation.simulateUntil(createdAt);
    return drawPlan(seed, index, createdAt, accounts, people);
  }

  private facts(story: Story): ConversationFacts {
    const { directory } = this.from;
    return {
      id: story.id,
      index: story.key,
      hasPauses: this.from.isWhole,
      language: story.language,
      company: directory.companyOfAccount(story.companyAccount),
      participantOf: directory.participantOf,
    };
  }

  /** How many generated conversations have begun by now, the deleted ones included. */
  count(): number {
    return this.begun(this.from.time.now());
  }

  /** How many generated conversations have begun by an instant. */
  private begun(epoch: number): number {
    return this.from.arrivals.indexFrom(this.from.time.plannedUntil(epoch) + 1);
  }
}

function isCreatedWithin(createdAt: number, bounds: Bounds): boolean {
  return createdAt >= bounds.createdFrom && createdAt <= bounds.createdTo;
}
