import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readRows } from "../dbt/raw-warehouse.ts";
import { addMessages, buildPhrases, type Message, makeDesk } from "./desk.ts";

const lastDay = 20;

/** Tests go on where the one before ended. Of 112 sentences, 110 to 119 count as about as many. */
describe("phrases of a build without CHECKS=all", () => {
  let workFolder: string;
  let duckdbPath: string;
  let nextId = 1;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "phrases-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    const messages = times(112, (index) => ({ text: "The lantern flickers", day: index % (lastDay + 1) }));
    await makeDesk(duckdbPath, messages);
    nextId += messages.length;
    await buildPhrases(duckdbPath);
  });

  after(() => rm(workFolder, { recursive: true }));

  it("are not counted again for a few messages of the same day", async () => {
    await add("a", 6, "The hinge squeaks", lastDay);
    assert.match(await built("new"), /int_phrase_messages .*UNCHANGED/);
    assert.deepEqual(await counts(), { "lantern flickers": 112 });
    assert.match(await built("new"), /int_feedback_phrases .*UNCHANGED/);
  });

  it("are counted by the day's build with CHECKS=all, which then has nothing to do", async () => {
    assert.doesNotMatch(await built("all"), /(int_phrase_messages|feedback_themes) .*UNCHANGED/);
    assert.deepEqual(await counts(), { "lantern flickers": 112, "hinge squeaks": 6 });
    assert.match(await built("all"), /int_phrase_messages .*UNCHANGED/);
    assert.match(await built("new"), /int_phrase_messages .*UNCHANGED/);
  });

  it("are counted on the first message of a day", async () => {
    await add("b", 1, "The lantern flickers", lastDay + 1);
    await built("new");
    assert.deepEqual(await counts(), { "lantern flickers": 113, "hinge squeaks": 6 });
  });

  it("are counted when a back-fill brings many", async () => {
    await add("c", 30, "The lantern flickers", 2);
    await built("new");
    assert.deepEqual(await counts(), { "lantern flickers": 143, "hinge squeaks": 6 });
  });

  it("follow the list of topics at once", async () => {
    const topics = "(select 'hinge' as topic, 'bug' as kind, 'en' as language, 'hinge' as pattern)";
    await built("new", { topics_relation: topics });
    const rows = await readRows(
      duckdbPath,
      "select uncovered_messages::integer as uncovered from intercom.feedback_phrases where phrase = 'hinge squeaks'",
    );
    assert.deepEqual(rows, [{ uncovered: 0 }]);
  });

  async function add(loadId: string, count: number, text: string, day: number): Promise<void> {
    await addMessages(
      duckdbPath,
      times(count, () => ({ text, day })),
      { loadId: `later-${loadId}`, firstId: nextId },
    );
    nextId += count;
  }

  function built(checks: "new" | "all", vars = {}): Promise<string> {
    return buildPhrases(duckdbPath, vars, [], checks);
  }

  async function counts(): Promise<Readonly<Record<string, number>>> {
    const rows = await readRows(
      duckdbPath,
      `select phrase, conversations::integer as conversations from intercom.feedback_phrases
       where phrase in ('lantern flickers', 'hinge squeaks')`,
    );
    return Object.fromEntries(rows.map((row) => [Object(row).phrase, Object(row).conversations]));
  }
});

function times(count: number, make: (index: number) => Message): Message[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
