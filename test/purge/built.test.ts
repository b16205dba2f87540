import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readConfig } from "../../loader/config.ts";
import { streamNames } from "../../loader/extract/streams.ts";
import { differingTables } from "../checker/same-tables.ts";
import { runDbt } from "../dbt/command.ts";
import { readRows } from "../dbt/raw-warehouse.ts";
import { Workshop } from "../fault/workshop.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { run } from "./run.ts";
import { tracesOf } from "./small-warehouse.ts";

/** These tables and their inputs. The other tables are rebuilt each time, so there is nothing to compare. */
const incrementalModels = ["--select", "+config.materialized:versioned_incremental"];
const noTests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"];
const schemas = ["intercom", "intercom_staging"];
const everything = { flags: { streams: streamNames.join(",") } };

async function build(workshop: Workshop, flags: readonly string[] = []): Promise<void> {
  const environment = { ...workshop.environment, MARTS_DATASET: "intercom" };
  const { exitCode, output } = await runDbt(["build", ...noTests, ...flags], join(workshop.folder, "dbt"), environment);
  assert.equal(exitCode, 0, output.slice(-3000));
}

/** Ids of contacts with calls, notes and segments, and of contacts whose conversations have more around them. */
async function peopleOf(path: string): Promise<readonly string[]> {
  const rows = await readRows(
    path,
    `with contacts_of as (select id, payload->>'$.contacts.contacts[0].id' as contact_id from intercom_raw.conversations)
     select min(payload->>'$.contact_id') as id from intercom_raw.calls
     union select min(contact_id) from intercom_raw.contact_notes
     union select max(contact_id) from intercom_raw.contact_segments
     union select min(contact_id) from contacts_of where id in (select conversation_id from intercom_raw.side_conversations)
     union select max(contact_id) from contacts_of where id in (select conversation_id from intercom_raw.handling_events)
     order by 1`,
  );
  return rows.map((row) => String((row as { readonly id: unknown }).id));
}

/** How many quotes of some conversations the tables of phrases have, and the mart shows. */
async function quotedIn(path: string, ids: readonly string[]): Promise<Record<"quotes" | "themes" | "shown", number>> {
  const among = ids.map((id) => `'${id}'`).join(", ");
  const [counts] = await readRows(
    path,
    `select (select count(*) from intercom_staging.int_phrase_quotes where conversation_id in (${among}))::integer as quotes,
       (select count(*) from intercom.feedback_themes where conversation_id in (${among}))::integer as themes,
       (select count(*) from intercom.feedback_phrases where cast(quotes as varchar) like '%stardust%')::integer as shown`,
  );
  return counts as Record<"quotes" | "themes" | "shown", number>;
}

test("after a purge an incremental build gives the same as a full build, and no table has the removed words", async (context) => {
  const workshop = await Workshop.open({
    conversations: 150,
    accounts: 20,
    lonelyCompanies: 3,
    seed: 3,
    tickets: 80,
    isWhole: true,
  });
  context.after(() => workshop.close());
  const { change, changeTickets } = workshop.fake.world;
  const zora = change.addContact({ email: "zora.quill@example.com", name: "Zora Quill" });
  const someone = change.addContact({ email: "someone@example.com", name: "Some One" });
  const zoraBefore = change.addContact({ email: null, name: "Zoras Schatten" });
  const conversations = [...workshop.fake.world.conversationIds()];
  const deleted = change.addConversation({ contactId: zora, words: "The exporter prints xylophone zebras" });
  change.close(deleted, "No more xylophone zebras");
  const ofZora = change.addConversation({
    contactId: zora,
    words: "A bug with the quokka button, please add dark mode",
  });
  change.close(ofZora, "The quokka button is fixed");
  const merged = change.addConversation({ contactId: zoraBefore, words: "Is the wombat export slow?" });
  const ticketOfDeleted = changeTickets.convert(deleted);
  changeTickets.customerReplies(ticketOfDeleted, "The narwhal is back");
  const ticketOfZora = changeTickets.convert(ofZora);
  changeTickets.note(ticketOfZora, "Do tell the axolotl");
  const owned = changeTickets.add({ category: "Customer", contactId: zora, title: "A quetzal in the invoice" });
  changeTickets.customerReplies(owned, "Still a quetzal");
  const internal = changeTickets.add({ category: "Back-office", contactId: zora, title: "Look for the pangolin" });
  const tracker = changeTickets.add({ category: "Tracker", title: "Exports are slow for the many" });
  changeTickets.link(tracker, [merged, ofZora, conversations[8] ?? ""]);
  const gone = changeTickets.add({ category: "Customer", contactId: someone, title: "The okapi of another" });
  const quoted = Array.from({ length: 30 }, (_, number) => {
    const contactId = change.addContact({ email: `many-${number}@example.com`, name: "One of Many" });
    return change.addConversation({ contactId, words: `Our stardust compass number ${number} is stuck again` });
  });
  workshop.fake.world.advance(600);
  assert.equal((await workshop.run(everything)).exitCode, 0);
  await build(workshop);
  const quotesBefore = await quotedIn(workshop.duckdbPath, quoted);
  assert.deepEqual(
    Object.values(quotesBefore).map((count) => count > 0),
    [true, true, true],
    JSON.stringify(quotesBefore),
  );
  const people = await peopleOf(workshop.duckdbPath);
  const words = [
    ...["xylophone zebra", "quokka", "wombat", "zora.quill", "Zora Quill", "Zoras Schatten"],
    ...["narwhal", "axolotl", "quetzal", "pangolin", "okapi", owned, internal, ...people],
  ];
  const traces = await tracesOf(workshop.duckdbPath, words);
  assert.ok(traces.length > 150, traces.join(", "));

  change.delete(deleted);
  changeTickets.delete(gone);
  change.delete(conversations[3] ?? "");
  change.delete(conversations[4] ?? "");
  change.restore(conversations[4] ?? "");
  change.mergeContacts(zoraBefore, zora);
  change.customerReplies(conversations[5] ?? "", "Any news?");
  // The loader looks for deleted tickets among those that are older than an hour.
  workshop.fake.world.advance(2 * 3600);
  assert.equal((await workshop.run(everything)).exitCode, 0);
  const config = readConfig({ ...workshop.environment, MARTS_DATASET: "intercom" });
  const { exitCode, error, summary } = await run(config, ["zora.quill@example.com"]);
  assert.equal(exitCode, 0, error);
  assert.equal(summary.contacts, 2);
  assert.equal(summary.conversations_of_contacts, 2);
  assert.equal(summary.tickets, 4);
  assert.deepEqual(summary.tickets_not_found_and_kept.includes(gone), true);
  const others = await run(config, people, { tickets: [gone], conversations: quoted, atMost: 100 });
  assert.equal(others.exitCode, 0, others.error);
  assert.ok(!others.summary.tickets_not_found_and_kept.includes(gone));
  assert.ok(!conversations.slice(4, 6).some((id) => id === ofZora || id === merged));
  assert.deepEqual(await tracesOf(workshop.duckdbPath, words), []);
  // Quotes go at once; a phrase that so many customers use stays until the next build, and names nobody.
  assert.deepEqual(await quotedIn(workshop.duckdbPath, quoted), { quotes: 0, themes: 0, shown: 0 });
  // The tracker is about others' conversations too: it keeps the bare ids, which say nothing of a person.
  const tablesOfIds = (await tracesOf(workshop.duckdbPath, [ofZora, merged])).map((trace) => trace.split(":")[0] ?? "");
  assert.deepEqual(
    [...new Set(tablesOfIds)],
    [
      "intercom.tickets",
      "intercom_raw.tickets",
      "intercom_staging.int_ticket_links",
      "intercom_staging.int_ticket_own_link_sights",
      "intercom_staging.stg_intercom__ticket_retrievals",
      "intercom_staging.stg_intercom__tickets",
    ],
  );

  const inFull = join(workshop.folder, "in-full.duckdb");
  await build(workshop, incrementalModels);
  const byIncrements = join(workshop.folder, "by-increments.duckdb");
  copyFileSync(workshop.duckdbPath, byIncrements);
  await build(workshop, [...incrementalModels, "--full-refresh"]);
  copyFileSync(workshop.duckdbPath, inFull);
  assert.deepEqual(await readDuckDb(byIncrements, (connection) => differingTables(connection, inFull, schemas)), []);
  assert.deepEqual(await tracesOf(byIncrements, words), []);
  const bytes = readFileSync(byIncrements);
  assert.deepEqual(
    words.filter((word) => bytes.includes(word)),
    [],
  );
  // The rebuilt tables have nothing left to purge.
  assert.equal((await run(config)).summary.rows, 0);
});
