import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { partsOf } from "../intercom/client.ts";
import { at, type JsonObject, objectsIn } from "../json.ts";
import type { ConversationEvent } from "./events.ts";
import { GeneratedWorld } from "./generated-world.ts";

const worlds = [1, 2, 3].map((seed) => new GeneratedWorld({ seed, conversations: 700, now: () => 0 }));

/** Calls `check` for each conversation that exists, with its log and its payload as plain text. */
function forEach(
  check: (log: readonly ConversationEvent[], payload: JsonObject, world: GeneratedWorld, id: string) => void,
): void {
  for (const world of worlds) {
    for (const id of world.conversationIds())
      check(world.events(id) ?? [], world.conversation(id, true) ?? {}, world, id);
  }
}

describe("an event log and the payload made of it agree", () => {
  test("states change only as the log's description says", () => {
    for (const world of worlds) {
      for (const id of world.conversationIds({ includeDeleted: true })) {
        const log = world.events(id) ?? [];
        let state = "none";
        let last = 0;
        for (const event of log) {
          assert.ok(event.at >= last, id);
          last = event.at;
          const from = {
            opened: "none",
            closed: undefined,
            reopened: "closed",
            snoozed: "open",
            woken: "snoozed",
          } as const;
          if (
            event.kind === "opened" ||
            event.kind === "reopened" ||
            event.kind === "snoozed" ||
            event.kind === "woken"
          )
            assert.equal(state, from[event.kind], `${id} ${event.kind}`);
          if (event.kind === "closed" || event.kind === "closed_unseen") state = "closed";
          else if (event.kind === "snoozed") state = "snoozed";
          else if (event.kind === "opened" || event.kind === "reopened" || event.kind === "woken") state = "open";
          if (event.kind === "message" && event.actor.kind === "customer") assert.equal(state, "open", id);
        }
        assert.ok(last - (log[0]?.at ?? 0) <= 21 * 86400, id);
      }
    }
  });

  test("times, state, assignees and tags", () => {
    forEach((log, payload, _world, id) => {
      assert.equal(payload["created_at"], log[0]?.at, id);
      assert.equal(payload["updated_at"], log.at(-1)?.at, id);
      const change = log.findLast((event) =>
        ["opened", "closed", "closed_unseen", "reopened", "snoozed", "woken"].includes(event.kind),
      );
      const kind = change?.kind === "closed_unseen" ? "closed" : change?.kind;
      const state = kind === "closed" || kind === "snoozed" ? kind : "open";
      assert.equal(payload["state"], state, id);
      const assigned = log.findLast((event) => event.kind === "assigned");
      const teammate = assigned?.kind === "assigned" ? assigned.teammateId : null;
      assert.equal(Number(payload["admin_assignee_id"] ?? 0), Number(teammate ?? 0), id);
      const tags = new Set<string>();
      for (const event of log) {
        if (event.kind === "tagged") tags.add(event.name);
        if (event.kind === "untagged") tags.delete(event.name);
      }
      assert.deepEqual(
        objectsIn(at(payload, "tags.tags")).map((tag) => tag["name"]),
        [...tags],
        id,
      );
    });
  });

  test("parts, in order, with what was said and in which state", () => {
    forEach((log, payload, _world, id) => {
      const redacted = new Set(log.flatMap((event) => (event.kind === "redacted" ? [event.partId] : [])));
      const expected = new Map<string, { text: string | null; closes: boolean; isNote: boolean }>();
      for (const event of log) {
        if (!("partId" in event) || event.partId === null || event.kind === "redacted") continue;
        const part = expected.get(event.partId) ?? { text: null, closes: false, isNote: false };
        if (event.kind === "message" || event.kind === "note") part.text = event.text;
        if (event.kind === "note") part.isNote = true;
        if (event.kind === "closed") part.closes = true;
        expected.set(event.partId, part);
      }
      const shown = [...expected].slice(-500);
      const parts = partsOf(payload);
      assert.equal(at(payload, "conversation_parts.total_count"), expected.size, id);
      assert.deepEqual(
        parts.map((part) => part["id"]),
        shown.map(([partId]) => partId),
        id,
      );
      for (const [index, [partId, { text, closes, isNote }]] of shown.entries()) {
        const part = parts[index] ?? {};
        assert.equal(part["redacted"], redacted.has(partId), id);
        if (!redacted.has(partId)) assert.equal(part["body"], text, id);
        assert.equal(part["part_type"] === "close", closes, id);
        assert.equal(["note", "note_and_reopen"].includes(String(part["part_type"])), isNote, id);
        if (closes) assert.equal(part["state"], "closed", id);
      }
    });
  });

  test("who wrote it: customers, teammates, bots, and the AI agent under a teammate's name", () => {
    const types = {
      customer: ["user", "lead"],
      teammate: ["admin"],
      ai_as_teammate: ["admin"],
      bot: ["bot"],
      campaign: ["admin"],
    };
    forEach((log, payload, _world, id) => {
      const parts = new Map(partsOf(payload).map((part) => [part["id"], part]));
      for (const event of log) {
        if (event.kind !== "message") continue;
        const part = parts.get(event.partId);
        if (part === undefined) continue;
        assert.equal(at(part, "author.id"), event.actor.id, id);
        assert.ok(types[event.actor.kind].includes(String(at(part, "author.type"))), id);
        if (event.actor.kind === "ai_as_teammate") assert.equal(at(part, "author.from_ai_agent"), true, id);
        if (event.actor.kind === "teammate") assert.equal(at(part, "author.from_ai_agent"), false, id);
      }
    });
  });

  test("ratings: asked and not answered, answered, changed", () => {
    forEach((log, payload, _world, id) => {
      const rated = log.findLast((event) => event.kind === "rated");
      const isAsked = log.some((event) => event.kind === "rating_asked");
      assert.equal(payload["conversation_rating"] !== null, isAsked, id);
      const score = rated?.kind === "rated" ? rated.score : null;
      const remark = rated?.kind === "rated" ? rated.remark : null;
      if (isAsked)
        assert.deepEqual(
          [at(payload, "conversation_rating.rating") ?? null, at(payload, "conversation_rating.remark") ?? null],
          [score, remark],
          id,
        );
    });
  });

  test("contacts and company", () => {
    forEach((_log, payload, world, id) => {
      assert.deepEqual(
        objectsIn(at(payload, "contacts.contacts")).map((contact) => contact["id"]),
        world.contactsOf(id).map((contact) => contact.contactId),
        id,
      );
      assert.equal(at(payload, "company.id") ?? null, world.companyOf(id), id);
      for (const contact of world.contactsOf(id)) {
        const found = world.contact(contact.contactId);
        assert.equal(found.kind === "found", !contact.isDeleted, id);
        if (found.kind === "found") assert.equal(found.payload["email"], contact.email, id);
      }
    });
  });

  test("the HTML of a body, its tags taken away and its entities decoded, is the text of the log", () => {
    const entities: Readonly<Record<string, string>> = {
      amp: "&",
      lt: "<",
      gt: ">",
      quot: '"',
      "#39": "'",
      "#x27": "'",
      hellip: "…",
      ndash: "–",
      euro: "€",
      nbsp: " ",
      eacute: "é",
      uuml: "ü",
      "#8594": "→",
    };
    forEach((log, _plain, world, id) => {
      const opened = log[0];
      const html = at(world.conversation(id, false) ?? {}, "source.body");
      if (opened?.kind !== "opened" || at(world.conversation(id, false) ?? {}, "source.redacted") === true) return;
      const text = String(html)
        .replace(/<[^>]*>/g, " ")
        .replace(/&([#\w]+);/g, (_, name: string) => entities[name] ?? `unknown ${name}`);
      assert.doesNotMatch(String(html), /&(?![#\w]+;)/, `${id}: an ampersand that is no entity`);
      const words = (value: string): string => value.replace(/\s+/g, "");
      assert.equal(words(text), words(opened.text ?? ""), id);
    });
  });
});
