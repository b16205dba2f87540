import assert from "node:assert/strict";
import { test } from "node:test";
import type { Actor, ConversationContact, ConversationEvent, WorldTruth } from "../../fake/desk/events.ts";
import { type NormalizedRow, normalizedRow } from "./normalized-row.ts";
import { partRows } from "./part-row.ts";

const customer: Actor = { kind: "customer", id: "c1" };
const teammate: Actor = { kind: "teammate", id: "t1" };
const openedAt = Date.UTC(2026, 4, 4, 9) / 1000;
const opened: ConversationEvent = {
  kind: "opened",
  at: openedAt,
  actor: customer,
  sourceId: "s1",
  channel: "conversation",
  text: "Hello\n\nthere",
  attachments: 0,
};

function message(partId: string, afterSeconds: number, actor: Actor, text: string | null = "text"): ConversationEvent {
  return { kind: "message", at: openedAt + afterSeconds, actor, partId, text, attachments: text === null ? 1 : 0 };
}

function closed(partId: string, afterSeconds: number): ConversationEvent {
  return { kind: "closed", at: openedAt + afterSeconds, actor: teammate, partId };
}

function worldOf(
  events: readonly ConversationEvent[],
  contacts: readonly ConversationContact[] = [],
  companyId: string | null = null,
): WorldTruth {
  return {
    clock: () => openedAt + 1_000_000,
    events: (id) => (id === "1" ? events : null),
    conversationIds: () => ["1"],
    contactsOf: () => contacts,
    companyOf: () => companyId,
    accounts: () => [],
  };
}

function rowOf(
  events: readonly ConversationEvent[],
  syncedAfterSeconds: readonly number[] = [1_000_000],
): NormalizedRow {
  const syncedAt = syncedAfterSeconds.map((seconds) => openedAt + seconds);
  const row = normalizedRow(worldOf(events), "1", syncedAt);
  assert.ok(row !== null);
  return row;
}

test("the row of an opening alone", () => {
  assert.deepEqual(rowOf([opened]), {
    conversation_id: "1",
    contact_id: null,
    contact_email: null,
    company_id: null,
    created_at: "2026-05-04T09:00:00Z",
    closed_at: null,
    state: "open",
    tags: [],
    rating: null,
    rating_remark: null,
    message_count: 1,
    time_to_first_reply_seconds: null,
    time_to_resolution_seconds: null,
    first_message_body: "Hello\nthere",
  });
});

test("the first reply is the first unredacted message by a human, when a customer opened", () => {
  const events: ConversationEvent[] = [
    opened,
    message("p1", 5, { kind: "bot", id: "b1" }),
    message("p2", 6, { kind: "ai_as_teammate", id: "t1" }),
    message("p3", 7, teammate),
    message("p4", 60, teammate),
    { kind: "redacted", at: openedAt + 70, actor: teammate, partId: "p3" },
  ];
  assert.equal(rowOf(events).time_to_first_reply_seconds, 60);
  assert.equal(rowOf(events).message_count, 4);
  assert.equal(rowOf([{ ...opened, actor: teammate }, ...events.slice(1)]).time_to_first_reply_seconds, null);
  assert.equal(rowOf([{ ...opened, actor: { kind: "campaign", id: "t1" } }]).time_to_first_reply_seconds, null);
});

test("a redacted opening has no text and is no message, and still starts the clock", () => {
  const redaction: ConversationEvent = { kind: "redacted", at: openedAt + 9, actor: teammate, partId: "s1" };
  const row = rowOf([opened, message("p1", 8, teammate), redaction]);
  assert.equal(row.first_message_body, null);
  assert.equal(row.message_count, 1);
  assert.equal(row.time_to_first_reply_seconds, 8);
});

test("closed_at is the last change into closed, and null once the conversation is open or snoozed again", () => {
  const reopened: ConversationEvent = {
    kind: "reopened",
    at: openedAt + 20,
    actor: customer,
    partId: "p2",
    how: "customer_open",
  };
  assert.equal(rowOf([opened, closed("p1", 10)]).time_to_resolution_seconds, 10);
  assert.equal(rowOf([opened, closed("p1", 10), reopened]).closed_at, null);
  assert.equal(rowOf([opened, closed("p1", 10), closed("p2", 50)]).time_to_resolution_seconds, 10);
  const unseen = (isRecorded: boolean): ConversationEvent => {
    return { kind: "closed_unseen", at: openedAt + 40, actor: teammate, isRecorded };
  };
  assert.equal(rowOf([opened, closed("p1", 10), reopened, unseen(true)]).time_to_resolution_seconds, 40);
  assert.equal(rowOf([opened, closed("p1", 10), reopened, unseen(false)]).closed_at, null);
  const again = rowOf([opened, closed("p1", 10), reopened, closed("p3", 30)]);
  assert.equal(again.closed_at, "2026-05-04T09:00:30Z");
  assert.equal(again.state, "closed");
});

test("a comment is a message whatever it holds, a close only with a text", () => {
  assert.equal(rowOf([opened, message("p1", 5, customer, null)]).message_count, 2);
  assert.equal(
    rowOf([opened, { kind: "message", at: openedAt + 5, actor: teammate, partId: "p1", text: null, attachments: 0 }])
      .message_count,
    2,
  );
  assert.equal(rowOf([opened, message("p1", 5, teammate, null), closed("p1", 5)]).message_count, 1);
  assert.equal(rowOf([opened, message("p1", 5, teammate), closed("p1", 5)]).message_count, 2);
});

test("of a long thread only the last 500 parts of each sync were seen, and redactions only while shown", () => {
  const parts = Array.from({ length: 520 }, (_, index) => message(`p${index + 1}`, index + 1, teammate));
  const lateRedaction: ConversationEvent = { kind: "redacted", at: openedAt + 600, actor: teammate, partId: "p2" };
  assert.equal(rowOf([opened, ...parts]).message_count, 501);
  // Out of sight, the first reply is the one that Intercom records, unless an AI agent took part.
  assert.equal(rowOf([opened, ...parts]).time_to_first_reply_seconds, 1);
  const withAi = [...parts, message("ai", 700, { kind: "ai_as_teammate", id: "t1" })];
  assert.equal(rowOf([opened, ...withAi]).time_to_first_reply_seconds, null);
  assert.equal(rowOf([opened, ...parts], [480, 1_000]).message_count, 521);
  assert.equal(rowOf([opened, ...parts, lateRedaction], [480, 1_000]).message_count, 521);
  assert.equal(rowOf([opened, ...parts, lateRedaction], [480, 1_000]).time_to_first_reply_seconds, 1);
});

test("the latest rating counts whole, an unanswered one not at all", () => {
  const asked: ConversationEvent = { kind: "rating_asked", at: openedAt + 1, actor: teammate, teammateId: "t1" };
  const rated = (score: number, remark: string | null, after: number): ConversationEvent => {
    return { kind: "rated", at: openedAt + after, actor: customer, partId: `r${after}`, score, remark };
  };
  assert.equal(rowOf([opened, asked]).rating, null);
  const row = rowOf([opened, asked, rated(2, "Slow", 2), rated(4, null, 3)]);
  assert.equal(row.rating, 4);
  assert.equal(row.rating_remark, null);
});

test("tags are those still on the conversation, by code unit", () => {
  const tagged = (name: string): ConversationEvent => {
    return { kind: "tagged", at: openedAt + 1, actor: teammate, tagId: name, name, partId: null };
  };
  const untagged: ConversationEvent = { ...tagged("b"), kind: "untagged", tagId: "b", name: "b", partId: null };
  assert.deepEqual(rowOf([opened, tagged("é"), tagged("b"), tagged("a"), tagged("Z"), untagged]).tags, ["Z", "a", "é"]);
});

test("the contact is the first, and its first company stands in for the conversation's own", () => {
  const contacts: ConversationContact[] = [
    { contactId: "c2", email: "b@example.com", isDeleted: false, companyIds: ["k1", "k2"] },
    { contactId: "c1", email: "a@example.com", isDeleted: false, companyIds: ["k3"] },
  ];
  const row = normalizedRow(worldOf([opened], contacts), "1", [openedAt]);
  assert.equal(row?.contact_id, "c2");
  assert.equal(row?.contact_email, "b@example.com");
  assert.equal(row?.company_id, "k1");
  assert.equal(normalizedRow(worldOf([opened], contacts, "own"), "1", [openedAt])?.company_id, "own");
});

test("a deleted conversation has no row and no parts until it is restored", () => {
  const deleted: ConversationEvent = { kind: "deleted", at: openedAt + 9, actor: teammate, metricsRetained: false };
  const restored: ConversationEvent = { kind: "restored", at: openedAt + 10, actor: teammate };
  const events = [opened, message("p1", 5, teammate), deleted];
  assert.equal(normalizedRow(worldOf(events), "1", [openedAt]), null);
  assert.deepEqual(partRows(worldOf(events), "1", [openedAt]), []);
  assert.equal(rowOf([...events, restored]).message_count, 2);
});

test("a part that is a message and a close is one row, whose author kind is its actor's", () => {
  const events = [opened, message("p1", 5, { kind: "ai_as_teammate", id: "t1" }), closed("p1", 5), closed("p2", 6)];
  const [answer, close] = partRows(worldOf(events), "1", [openedAt + 10]);
  assert.deepEqual(answer, {
    conversation_part_id: "p1",
    conversation_id: "1",
    created_at: "2026-05-04T09:00:05Z",
    author_kind: "bot",
    is_message: true,
    is_note: false,
    is_close: true,
    is_reopen: false,
    body: "text",
  });
  assert.equal(close?.conversation_part_id, "p2");
  assert.equal(close?.is_message, false);
});

test("a redacted part has no text and is no message", () => {
  const redacted: ConversationEvent = { kind: "redacted", at: openedAt + 9, actor: teammate, partId: "p1" };
  const [part] = partRows(worldOf([opened, message("p1", 5, customer), redacted]), "1", [openedAt + 10]);
  assert.equal(part?.body, null);
  assert.equal(part?.is_message, false);
});
