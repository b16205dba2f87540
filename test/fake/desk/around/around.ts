// What a workspace keeps around its conversations, contacts and companies; most of it costs a reader a request a record.
import type { JsonObject } from "../../json.ts";
import { type Accounts, accountOfCompany } from "../accounts.ts";
import type { DeskClock } from "../clock.ts";
import type { GeneratedConversations } from "../generated-conversations.ts";
import type { GeneratedDirectory } from "../generated-directory.ts";
import { snapshotOf } from "../snapshot.ts";
import type { Quality, Surroundings } from "../world.ts";
import { renderActivityLogs } from "./activity-log.ts";
import { callIndexes, hasCall, renderCall, renderCallWithTranscript } from "./calls.ts";
import { renderNotes, renderSegmentsOf } from "./notes.ts";
import { pausesOf, qualityOf, renderHandlingEvents } from "./quality.ts";
import { renderSideConversations } from "./side-conversations.ts";

export interface AroundSources {
  readonly time: DeskClock;
  readonly accounts: Accounts;
  readonly conversations: GeneratedConversations;
  readonly directory: GeneratedDirectory;
  /** Somebody looks at how well conversations are handled. */
  readonly isWhole: boolean;
}

const NOTHING: Quality = { monitors: [], scorecards: [] };

export class Around implements Surroundings {
  private readonly from: AroundSources;

  constructor(sources: AroundSources) {
    this.from = sources;
  }

  quality(key: number, epoch: number): Quality {
    const story = this.from.isWhole ? this.from.conversations.story(key, epoch) : null;
    const snapshot = story === null ? null : snapshotOf(story.events, epoch, story.contactId);
    return snapshot === null ? NOTHING : qualityOf(snapshot, key, epoch);
  }

  callCount(): number {
    return this.callKeys().length;
  }

  calls(from: number, count: number): readonly JsonObject[] {
    return this.callKeys()
      .slice(from, from + count)
      .flatMap((key) => this.callsWith(key, renderCall));
  }

  callsOf(conversationIds: readonly string[]): readonly JsonObject[] {
    return conversationIds.flatMap((id) => {
      const key = this.from.conversations.keyOf(id);
      return key === null || !hasCall(key) ? [] : this.callsWith(key, renderCallWithTranscript);
    });
  }

  activityLogs(after: number, before: number): readonly JsonObject[] {
    return renderActivityLogs(after, Math.min(before, this.from.time.now()));
  }

  contactNotes(id: string): readonly JsonObject[] | null {
    const found = this.from.directory.find(id);
    const facts = this.from.directory.factsById(id);
    if (found.kind !== "found" || facts === null) return null;
    return renderNotes("contact", id, facts.key, facts.createdAt, this.from.time.now());
  }

  contactSegments(id: string): readonly JsonObject[] | null {
    const found = this.from.directory.find(id);
    const facts = this.from.directory.factsById(id);
    return found.kind !== "found" || facts === null ? null : renderSegmentsOf(facts.key);
  }

  companyNotes(id: string): readonly JsonObject[] | null {
    if (this.from.directory.companies.find(id) === null) return null;
    const account = accountOfCompany(id);
    if (account === null) return [];
    return renderNotes("company", id, account, this.from.accounts.account(account).startedAt, this.from.time.now());
  }

  companySegments(id: string): readonly JsonObject[] | null {
    if (this.from.directory.companies.find(id) === null) return null;
    const account = accountOfCompany(id);
    return account === null ? [] : renderSegmentsOf(account + 7);
  }

  handlingEvents(conversationId: string): readonly JsonObject[] | null {
    const found = this.conversation(conversationId);
    return found === null ? null : renderHandlingEvents(pausesOf(found.snapshot, found.key), this.from.time.now());
  }

  sideConversations(conversationId: string): readonly JsonObject[] | null {
    const found = this.conversation(conversationId);
    return found === null ? null : renderSideConversations(found.key, found.snapshot.createdAt, this.from.time.now());
  }

  private conversation(id: string) {
    const { conversations } = this.from;
    const story = conversations.storyById(id);
    const snapshot = story === null ? null : conversations.snapshot(story);
    return story === null || snapshot === null || snapshot.isDeleted ? null : { key: story.key, snapshot };
  }

  private callKeys(): readonly number[] {
    return callIndexes(this.from.conversations.count());
  }

  private callsWith(
    key: number,
    render: (story: NonNullable<ReturnType<GeneratedConversations["story"]>>, id: string) => JsonObject,
  ): readonly JsonObject[] {
    const { conversations, time } = this.from;
    const story = conversations.story(key, time.now());
    return story === null ? [] : [render(story, conversations.idOf(key))];
  }
}
