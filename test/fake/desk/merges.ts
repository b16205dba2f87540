// Conversations that are merged into another: the one before it, with the same contact, while both are alive. Who wrote
// the second one is therefore who wrote the first.
import type { Actor } from "./actor.ts";
import { contactId } from "./contacts.ts";
import type { ConversationPlan } from "./conversation-plan.ts";
import { OPERATOR } from "./people.ts";
import { hash32 } from "./random.ts";
import { idPrefix } from "./scene.ts";
import type { Story } from "./story.ts";
import type { DeskEvent } from "./timeline.ts";

const DAY = 86400;
const MERGED_EVERY = 47;
const MERGED_OFFSET = 20;
const APART_DAYS_MAX = 15;
const WORKFLOW: Actor = { kind: "bot", id: OPERATOR.id };
/** Above what conversations, tickets and attributes number their parts by. */
const PART_NUMBER = "80001";

export interface Merge {
  /** The plan of the conversation that stays. */
  readonly primary: ConversationPlan;
  readonly secondary: number;
  /** Epoch seconds. */
  readonly at: number;
}

/** The merge in which a conversation takes part, on either side; null when there is none. */
export function mergeOf(seed: number, index: number, planOf: (index: number) => ConversationPlan | null): Merge | null {
  const secondary = index % MERGED_EVERY === MERGED_OFFSET ? index : index + 1;
  if (secondary % MERGED_EVERY !== MERGED_OFFSET) return null;
  const [first, second] = [planOf(secondary - 1), planOf(secondary)];
  if (first === null || second === null) return null;
  const at = second.createdAt + 300 + (hash32(seed, 75, secondary) % 3600);
  const isApart = second.createdAt - first.createdAt > APART_DAYS_MAX * DAY;
  if (isApart || second.startedBy !== "customer" || Math.min(first.deletedAt, second.deletedAt) <= at) return null;
  return { primary: first, secondary, at };
}

/** The conversation with the merge in it. What was planned for the second one after the merge no longer happens. */
export function withMerge(story: Story, merge: Merge, idOf: (index: number) => string): Story {
  const { at, primary, secondary } = merge;
  const partId = idPrefix(story.key) + PART_NUMBER;
  if (story.key === primary.index) {
    const merged: DeskEvent = { kind: "merged_from", at, actor: WORKFLOW, partId, secondaryId: idOf(secondary) };
    return { ...story, events: [...story.events, merged].sort((a, b) => a.at - b.at) };
  }
  const own = contactId(primary.contact);
  const kept = story.events
    .filter((event) => event.at < at || event.kind === "deleted")
    .map((event): DeskEvent => {
      const { actor } = event;
      return actor.kind === "customer" && actor.id === story.contactId
        ? { ...event, actor: { ...actor, id: own } }
        : event;
    });
  const merged: DeskEvent = { kind: "merged_into", at, actor: WORKFLOW, partId, primaryId: idOf(primary.index) };
  return {
    ...story,
    contactId: own,
    companyAccount: primary.companyAccount,
    events: [...kept, merged].sort((a, b) => a.at - b.at),
  };
}
