import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { readConfig } from "../../loader/config.ts";
import { countOf, oddWorkspace, openWorkshop, rowsOf } from "../fault/odd-workshop.ts";
import type { Workshop } from "../fault/workshop.ts";
import { run } from "./run.ts";

// A rejected note does not say whose note it is: the id of its rejection does.

/** A workspace with contacts and their notes. Since the first run each note comes in another form. */
async function withOddNotes(context: TestContext, rewrite: (body: string) => string): Promise<Workshop> {
  const workshop = await openWorkshop(context, { ...oddWorkspace, isWhole: true });
  const streams = "conversations,contacts,companies,admins,tags,segments,deleted_conversations,contact_notes";
  assert.equal((await workshop.run({ flags: { streams } })).exitCode, 0);
  workshop.fake.advance(60);
  workshop.fake.faults.add({ kind: "rewritten", rewrite, route: /GET \/contacts\/\{id\}\/notes/ });
  assert.equal((await workshop.run({ flags: { streams: "contact_notes" } })).exitCode, 6);
  return workshop;
}

const ownerOf = "split_part(record_id, '/', 1)";
const rejectedOf = (owner: string): string => `_rejected where stream = 'contact_notes' and ${ownerOf} = '${owner}'`;

test("rejected notes go with their contact, and do not count as gone before", async (context) => {
  const workshop = await withOddNotes(context, (body) =>
    body
      .replaceAll(/"type":\s*"note",\s*"id":\s*"\d+"/g, '"type":"note"')
      .replaceAll(/"contact":\s*\{[^}]*\}/g, '"contact":null'),
  );
  assert.equal(await countOf(workshop, "contact_notes where payload->>'$.deleted' = 'true'"), 0);
  const [[owner, other] = []] = await rowsOf(
    workshop,
    `select min(${ownerOf}), max(${ownerOf}) from raw._rejected where stream = 'contact_notes'`,
  );
  assert.notEqual(owner, other);
  const config = readConfig(workshop.environment);
  const { exitCode, error } = await run(config, [String(owner)]);
  assert.equal(exitCode, 0, error);
  assert.ok((await countOf(workshop, rejectedOf(String(owner)))) > 0);
  assert.equal(await countOf(workshop, `${rejectedOf(String(owner))} and payload is not null`), 0);
  assert.ok((await countOf(workshop, `${rejectedOf(String(other))} and payload is not null`)) > 0);
});
