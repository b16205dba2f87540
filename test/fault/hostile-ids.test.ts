// An id that would lead a request elsewhere, or that no request can carry, spoils its own record alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { objectsIn } from "../fake/json.ts";
import { changed } from "./odd-answers.ts";
import { countOf, openWorkshop } from "./odd-workshop.ts";

const hostile = ["..", ".", "\ud800", "1\u00002", "\u001b[2J"];

const lists: readonly (readonly [stream: string, route: string, key: string])[] = [
  ["conversations", "POST /conversations/search", "conversations"],
  ["tickets", "POST /tickets/search", "tickets"],
  ["contacts", "GET /contacts", "data"],
  ["articles", "GET /articles", "data"],
  ["companies", "GET /companies/scroll", "data"],
];

for (const [stream, route, key] of lists) {
  test(`of ${stream}, records with hostile ids are rejected by themselves, and nothing is asked for by such an id`, async (context) => {
    const workshop = await openWorkshop(context);
    const paths: string[] = [];
    workshop.fake.onRequest(async ({ path }) => void paths.push(path));
    let spoilt = 0;
    const spoil = changed((json) => ({
      ...json,
      [key]: objectsIn(json[key]).map((record, index) => {
        const id = hostile[index];
        if (id !== undefined) spoilt += 1;
        return id === undefined ? record : { ...record, id };
      }),
    }));
    workshop.fake.faults.add({ ...spoil, route, nth: 1 });
    const run = await workshop.run();
    assert.equal(run.exitCode, 6);
    assert.ok(spoilt > 0);
    assert.equal(await countOf(workshop, "_rejected"), spoilt);
    for (const path of paths) assert.doesNotMatch(decodeURIComponent(path), /\/\.{1,2}(\/|$)|[\p{Cc}\ufffd]/u);
    workshop.fake.faults.clear();
    assert.equal((await workshop.run()).exitCode, 0);
    assert.deepEqual(await workshop.faults(), []);
  });
}
