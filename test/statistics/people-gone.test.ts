import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type FakeIntercom, startFakeIntercom } from "../fake/intercom/server.ts";
import { DemoWarehouse } from "./demo-warehouse.ts";

const accountModels = ["+account_months", "+account_month_topics", "+conversations"];
const accountMonths = "select * from intercom.account_months order by account_id, month";
const accountMonthTopics = "select * from intercom.account_month_topics order by all";
/** Who wrote tickets of accounts, those of accounts that churned first. */
const writersOfTickets = `
  select distinct conversations.contact_id, accounts.company_id
  from intercom.conversations as conversations
  inner join intercom_staging.int_account_conversations as account_conversations using (workspace_id, conversation_id)
  inner join crm.accounts as accounts using (account_id)
  where conversations.contact_id is not null and account_conversations.is_ticket
  order by accounts.churned_on is null, conversations.contact_id`;

/** Contacts that Intercom has, as accounts of a product for consumers. */
const people = `
  create or replace table crm.people as
  select contact_id as account_id, upper(email) as company_id, date '2024-01-01' as started_on, null::date as churned_on,
    'free' as plan, 0.0 as mrr
  from intercom_staging.stg_intercom__contacts
  where email is not null and not is_deleted`;

describe("the account-months of people who are gone", () => {
  let fake: FakeIntercom;
  let warehouse: DemoWarehouse;
  let months: unknown[];
  let topics: unknown[];
  let writers: { readonly contact_id: string; readonly company_id: string }[];

  before(async () => {
    fake = await startFakeIntercom({ seed: 3, conversations: 600 });
    warehouse = await DemoWarehouse.create(fake);
    await warehouse.build(accountModels);
    months = await warehouse.rows(accountMonths);
    topics = await warehouse.rows(accountMonthTopics);
    writers = (await warehouse.rows(writersOfTickets)) as typeof writers;
  });

  after(async () => {
    await fake.close();
    await warehouse.remove();
  });

  it("stay as they were when contacts are deleted in Intercom, those of accounts that churned first", async () => {
    assert.ok(months.length > 100 && topics.length > 100 && writers.length > 60);
    for (const { contact_id } of writers.slice(0, 60)) fake.world.change.deleteContact(contact_id);
    await warehouse.sync();
    await warehouse.buildAgain(accountModels);
    const [gone] = (await warehouse.rows(
      "select count(*)::integer as contacts from intercom_staging.stg_intercom__contacts where is_deleted",
    )) as { readonly contacts: number }[];
    assert.ok(gone !== undefined && gone.contacts >= 50, `${gone?.contacts} contacts are gone`);
    assert.deepEqual(await warehouse.rows(accountMonths), months);
    assert.deepEqual(await warehouse.rows(accountMonthTopics), topics);
  });

  it("are the same after a full build", async () => {
    await warehouse.buildAgain([...accountModels, "--full-refresh"]);
    assert.deepEqual(await warehouse.rows(accountMonths), months);
  });

  it("hold no word of a purged person, and all of the others of the account", async () => {
    const [person] = writers;
    assert.ok(person !== undefined);
    const ofOthers = await warehouse.rows(eventsWithout(person.contact_id));
    await warehouse.purge(person.contact_id);
    await warehouse.buildAgain(accountModels);
    assert.deepEqual(
      await warehouse.rows(`select * from intercom_staging.stg_intercom__contacts_last_seen
      where contact_id = '${person.contact_id}'`),
      [],
    );
    assert.deepEqual(await warehouse.rows(eventsWithout("nobody")), ofOthers);
    assert.equal((await warehouse.rows(accountMonths)).length, months.length);
  });

  it("stay as they were where the accounts are the people themselves, known by an address in any capitals", async () => {
    const vars = { accounts_relation: "crm.people", churn_account_key: "contact" };
    await warehouse.rows(people);
    await warehouse.buildAgain(accountModels, vars);
    const ofPeople = await warehouse.rows(accountMonths);
    const written = ofPeople.filter((row) => Number(Object(row).tickets) > 0);
    assert.ok(written.length > 100, `${written.length} account-months with tickets`);
    const known = (await warehouse.rows("select account_id from crm.people order by account_id")).slice(0, 40);
    for (const row of known) fake.world.change.deleteContact(String(Object(row).account_id));
    await warehouse.sync();
    await warehouse.buildAgain(accountModels, vars);
    assert.deepEqual(await warehouse.rows(accountMonths), ofPeople);
  });
});

function eventsWithout(contactId: string): string {
  return `
    select events.*
    from intercom_staging.int_account_events as events
    inner join intercom.conversations as conversations using (workspace_id, conversation_id)
    where conversations.contact_id is distinct from '${contactId}'
    order by all`;
}
