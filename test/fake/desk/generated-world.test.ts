import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { partsOf } from "../intercom/client.ts";
import { at, objectsIn } from "../json.ts";
import { DESK_NOW } from "./arrivals.ts";
import { GeneratedWorld } from "./generated-world.ts";
import { EVERYTHING } from "./world.ts";

const DAY = 86400;

/** Everything that a world answers, as one hash. */
function fingerprint(world: GeneratedWorld): string {
  const hash = createHash("sha256");
  for (const id of world.conversationIds()) hash.update(JSON.stringify(world.conversation(id, false)));
  world.contacts.select(EVERYTHING, world.clock(), (key) =>
    hash.update(JSON.stringify(world.contacts.render(key, world.clock()))),
  );
  for (const key of world.companies.keys(true)) hash.update(JSON.stringify(world.companies.render(key)));
  hash.update(JSON.stringify([world.deletedConversations(), world.accounts(), world.admins(), world.tags()]));
  return hash.digest("hex");
}

describe("the generated world is a pure function of seed and clock", () => {
  test("the same seed makes the same bytes, another seed others", () => {
    const make = (seed: number): string => fingerprint(new GeneratedWorld({ seed, conversations: 300 }));
    assert.equal(make(4), make(4));
    assert.notEqual(make(4), make(5));
  });

  test("it does not matter in how many steps, or how slowly, the clock was advanced to an instant far enough away", () => {
    let realMs = 0;
    const slow = new GeneratedWorld({ conversations: 300, now: () => realMs });
    const quick = new GeneratedWorld({ conversations: 300, now: () => 0 });
    for (const world of [slow, quick]) {
      for (const days of [1, 5, 30]) {
        realMs += 40_000;
        world.advance(days * DAY);
      }
    }
    assert.equal(fingerprint(slow), fingerprint(quick));
  });

  test("what was asked before changes nothing", () => {
    const asked = new GeneratedWorld({ conversations: 300, now: () => 0 });
    fingerprint(asked);
    const fresh = new GeneratedWorld({ conversations: 300, now: () => 0 });
    for (const world of [asked, fresh]) world.advance(3 * DAY);
    assert.equal(fingerprint(asked), fingerprint(fresh));
  });

  test("ten times the conversations take no more memory", () => {
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    assert.ok(typeof collect === "function");
    const retained = (conversations: number): number => {
      const world = new GeneratedWorld({ conversations });
      let count = 0;
      for (const id of world.conversationIds()) if (count++ % 50 === 0) world.conversation(id, false);
      collect();
      const { heapUsed } = process.memoryUsage();
      assert.ok(world.clock() > 0 && count > conversations * 0.97);
      return heapUsed;
    };
    retained(500);
    const [few, many] = [retained(2000), retained(20_000)];
    assert.ok(many - few < 2_000_000, `${many - few} bytes more`);
  });
});

describe("the desk looks like one", () => {
  const world = new GeneratedWorld({ seed: 1, conversations: 2000, now: () => 0 });
  const ids = [...world.conversationIds()];
  const logs = ids.map((id) => world.events(id) ?? []);
  const events = logs.flat();

  test("as many conversations have begun as were asked for, the deleted ones included", () => {
    assert.equal([...world.conversationIds({ includeDeleted: true })].length, 2000);
    assert.equal(ids.length + world.deletedConversations().length, 2000);
  });

  test("six to nine parts a conversation, in working hours, few at weekends", () => {
    let parts = 0;
    for (const id of ids) parts += Number(at(world.conversation(id, false) ?? {}, "conversation_parts.total_count"));
    assert.ok(parts / ids.length > 6 && parts / ids.length < 9, `${parts / ids.length} parts`);
    const begun = logs.map(([opened]) => new Date((opened?.at ?? 0) * 1000));
    const weekend = begun.filter((date) => date.getUTCDay() % 6 === 0).length;
    assert.ok(weekend / begun.length < 0.12, `${weekend} at weekends`);
    const day = begun.filter((date) => date.getUTCHours() >= 7 && date.getUTCHours() < 21).length;
    assert.ok(day / begun.length > 0.85, `${day} in the daytime`);
  });

  test("every kind of thing that happens to a desk has happened", () => {
    const kinds = new Set<string>();
    for (const log of logs) {
      for (const event of log) {
        kinds.add(event.kind);
        kinds.add(`${event.kind} by ${event.actor.kind}`);
        if ("how" in event) kinds.add(`${event.kind} ${event.how}`);
        if (event.kind === "message" && event.text === null)
          kinds.add(event.attachments > 0 ? "attachment alone" : `nothing said by ${event.actor.kind}`);
        if (event.kind === "opened" && event.text === null) kinds.add("opened with an attachment alone");
        if (event.kind === "redacted" && log[0]?.kind === "opened" && log[0].sourceId === event.partId)
          kinds.add("opening redacted");
      }
      if (log.filter((event) => event.kind === "rated").length > 1) kinds.add("rated twice");
      if (log.filter((event) => event.kind === "reopened").length > 1) kinds.add("reopened twice");
      if (log.length > 500) kinds.add("giant");
      const changes = log.filter((event) => ["closed", "closed_unseen", "reopened"].includes(event.kind));
      const [before, last] = changes.slice(-2);
      if (before?.kind === "closed" && last?.kind === "closed" && last.at - before.at >= 2 * DAY)
        kinds.add("close repeated");
      if (last?.kind === "closed_unseen") kinds.add(`closed unseen, ${last.isRecorded ? "recorded" : "not recorded"}`);
    }
    const wanted = [
      "message by customer",
      "message by teammate",
      "message by bot",
      "message by ai_as_teammate",
      "note",
      "assigned",
      "opened by customer",
      "opened by campaign",
      "opened by teammate",
      "opened by bot",
      "closed by teammate",
      "closed by bot",
      "reopened customer_open",
      "reopened customer_comment",
      "reopened teammate_open",
      "reopened assign_and_reopen",
      "reopened note_and_reopen",
      "snoozed",
      "woken timer",
      "woken customer_open",
      "woken customer_comment",
      "woken teammate",
      "rating_asked",
      "rated",
      "rated twice",
      "ai_rated",
      "ai_resolution",
      "tagged",
      "untagged",
      "redacted",
      "opening redacted",
      "contact_added",
      "prioritized",
      "sla",
      "other_part",
      "attachment alone",
      "nothing said by customer",
      "nothing said by teammate",
      "nothing said by bot",
      "close repeated",
      "closed unseen, recorded",
      "closed unseen, not recorded",
      "opened with an attachment alone",
      "reopened twice",
      "giant",
    ];
    assert.deepEqual(
      wanted.filter((kind) => !kinds.has(kind)),
      [],
    );
  });

  test("texts have links, lists, quotes, entities, other scripts and hostile beginnings", () => {
    const bodies = ids.map((id) => JSON.stringify(world.conversation(id, false))).join("\n");
    for (const wanted of [
      "<a href=",
      "<ol>",
      "<ul>",
      "<blockquote",
      "<table>",
      "<pre>",
      "<img",
      "&amp;",
      "&#x27;",
      "&nbsp;",
      "&lt;script&gt;",
      'dir=\\"rtl\\"',
      "請求書",
      "=IF(A1",
      "<br>",
    ]) {
      assert.ok(bodies.includes(wanted), wanted);
    }
  });

  test("contacts: several, without address, deleted; companies: several, none", () => {
    const contacts = ids.map((id) => world.contactsOf(id));
    assert.ok(contacts.some((each) => each.length > 1));
    assert.ok(contacts.some(([first]) => first?.email === null && !first.isDeleted));
    assert.ok(contacts.some(([first]) => first?.isDeleted === true));
    assert.ok(contacts.some(([first]) => (first?.companyIds.length ?? 0) > 1));
    assert.ok(
      ids.some((id, index) => world.companyOf(id) === null && (contacts[index]?.[0]?.companyIds.length ?? 0) > 0),
    );
    assert.ok(
      ids.some(
        (id, index) => world.companyOf(id) !== null && world.companyOf(id) !== contacts[index]?.[0]?.companyIds[0],
      ),
    );
  });

  test("a bulk action leaves many with one updated_at", () => {
    const tagged = events.filter((event) => event.kind === "tagged" && event.name === "Q-review");
    assert.ok(new Set(tagged.map((event) => event.at)).size <= 2 && tagged.length > 20, `${tagged.length}`);
  });

  test("a thread of more than 500 parts shows the last 500 and tells the true number", () => {
    const giant =
      ids.find((id) => Number(at(world.conversation(id, false) ?? {}, "conversation_parts.total_count")) > 500) ?? "";
    const shown = partsOf(world.conversation(giant, false) ?? {}).map((part) => part["id"]);
    const all = [
      ...new Set(
        (world.events(giant) ?? []).flatMap((event) =>
          "partId" in event && event.partId !== null && event.kind !== "redacted" ? [event.partId] : [],
        ),
      ),
    ];
    assert.equal(shown.length, 500);
    assert.deepEqual(shown, all.slice(-500));
  });
});

describe("advancing the clock", () => {
  test("lets conversations begin, go on, be reopened, rated and deleted", () => {
    const world = new GeneratedWorld({ conversations: 2000, now: () => 0 });
    const before = new Map([...world.conversationIds()].map((id) => [id, world.events(id)?.length ?? 0]));
    world.advance(21 * DAY);
    const news = new Set<string>();
    for (const id of world.conversationIds({ includeDeleted: true })) {
      for (const event of world.events(id)?.slice(before.get(id) ?? 0) ?? [])
        news.add(before.has(id) ? `old ${event.kind}` : `new ${event.kind}`);
    }
    for (const kind of ["new opened", "old message", "old closed", "old reopened", "old rated"])
      assert.ok(news.has(kind), kind);
    world.advance(90 * DAY);
    assert.ok([...before.keys()].length < [...world.conversationIds()].length);
    assert.ok(world.deletedConversations().some((each) => Number(each["deleted_at"]) > DESK_NOW));
    assert.ok(!world.admins().some((admin) => admin["name"] === "Rosa Bianchi"));
    assert.ok(world.tags().some((tag) => tag["name"] === "beta 2026"));
  });

  test("shows nothing backdated to when a reader was already looking", () => {
    let realMs = 0;
    const world = new GeneratedWorld({ conversations: 200_000, accounts: 100, now: () => realMs });
    for (let round = 0; round < 3; round++) {
      realMs += 30_000;
      const [seenWorld, seenServer] = [world.clock(), world.time.serverNowMs() / 1000];
      world.advance(1800);
      let changed = 0;
      world.conversations.select({ ...EVERYTHING, updatedFrom: seenWorld + 1 }, world.clock(), (key) => {
        changed++;
        const item = world.conversations.render(key, world.clock());
        assert.ok(Number(item["updated_at"]) > seenServer, `${item["updated_at"]} after ${seenServer}`);
      });
      assert.ok(changed > 50, `${changed} changed`);
      const parts = [...world.conversationIds()]
        .slice(-300)
        .flatMap((id) => objectsIn(at(world.conversation(id, false) ?? {}, "conversation_parts.conversation_parts")));
      assert.ok(
        parts.every((part) => !(Number(part["created_at"]) > seenWorld && Number(part["created_at"]) <= seenServer)),
      );
    }
  });

  test("backwards or beyond what is planned is an error", () => {
    assert.throws(() => new GeneratedWorld({ conversations: 10 }).advance(-1), RangeError);
    assert.throws(() => new GeneratedWorld({ conversations: 10 }).advance(401 * DAY), RangeError);
  });
});
