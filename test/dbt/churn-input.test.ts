import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import type { RawRow } from "../../loader/load/raw-tables.ts";
import { runDbt } from "./command.ts";
import { makeRawWarehouse, type RawRows, readRows } from "./raw-warehouse.ts";

const asOf = "2026-06-15 00:00:00";

const rawRows: RawRows = {
  _loads: [
    {
      _load_id: "load",
      _workspace_id: "w",
      stream: "conversations",
      range_from: "1970-01-01",
      window_from: "1970-01-01",
      window_to: asOf,
      settled_to: asOf,
      status: "complete",
      _loaded_at: asOf,
    },
  ],
  companies: [company("co1", "acme"), company("co2", "globex")],
  contacts: [
    { ...provenance(), id: "p1", payload: { id: "p1", external_id: "u1", email: "Ada@example.com" } },
    { ...provenance(), id: "p2", payload: { id: "p2", external_id: "u2", email: "bob@example.com" } },
  ],
  conversations: [
    {
      ...provenance(),
      id: "1",
      state: "open",
      created_at: "2025-01-01 12:00:00",
      updated_at: "2025-01-01 12:00:00",
      body_text: "Hello?",
      payload: {
        source: { delivered_as: "customer_initiated", author: { type: "user", id: "p1" } },
        company: { id: "co1" },
      },
    },
  ],
};

/** account_id, company_id, started_on, churned_on, plan, mrr */
const accounts = `
  ('acme', 'acme', '2024-01-01', '2025-06-01', 'growth', 490),
  ('acme', 'acme', '2025-09-01', null, 'growth', 490),
  ('acme', 'acme', '2025-10-01', null, 'growth', 490),
  ('globex', ' co2 ', '2024-01-01', null, '', null),
  ('globex', ' co2 ', '2024-01-01', null, '', null),
  ('globex twin', 'globex', '2024-01-01', '2030-01-01', 'growth', 49),
  ('turned around', 'co1', '2025-02-01', '2025-01-01', 'growth', 49),
  ('unknown', 'nobody', '2024-01-01', null, 'growth', 49),
  ('', 'co1', '2024-01-01', null, 'growth', 49),
  ('to come', 'co1', '2027-01-01', null, 'growth', 49)`;

const people = `
  ('ada', 'ADA@example.com', '2024-01-01', null, 'growth', 49),
  ('bob', 'u2', '2024-01-01', null, 'growth', 49),
  ('bob by id', 'p2', '2024-01-01', null, 'growth', 49)`;

describe("accounts as people hand them in", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "churn-input-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, rawRows);
    await writeAccounts("accounts", accounts);
    await writeAccounts("people", people);
    await run(["+churn_input_health", "+account_months"], { accounts_relation: "crm.accounts" });
  });

  after(() => rm(workFolder, { recursive: true }));

  it("are listed with what is wrong with them, and left out only where they can't be used", async () => {
    const rows = await readRows(
      duckdbPath,
      `select problem, coalesce(account_id, '?') || ' ' || started_on as row, is_left_out from intercom.churn_input_health
       order by all`,
    );
    const problems = rows.map((row) => Object.values(Object(row)).join(" | "));
    assert.deepEqual(problems, [
      "churned_in_the_future | globex twin 2024-01-01 | false",
      "dates_out_of_order | turned around 2025-02-01 | true",
      "duplicate | globex 2024-01-01 | true",
      "incomplete | ? 2024-01-01 | true",
      "overlapping_spells | acme 2025-10-01 | true",
      ...["acme 2024-01-01", "acme 2025-09-01", "acme 2025-10-01"].map((row) => `shared_company | ${row} | false`),
      ...["globex 2024-01-01", "globex 2024-01-01", "globex twin 2024-01-01"].map(
        (row) => `shared_company | ${row} | false`,
      ),
      "shared_company | to come 2027-01-01 | false",
      "shared_company | turned around 2025-02-01 | false",
      "started_in_the_future | to come 2027-01-01 | false",
      "unmatched_company | ? 2024-01-01 | true",
      "unmatched_company | unknown 2024-01-01 | true",
    ]);
  });

  it("count in each spell, matched by Intercom's id or their own, white space or not", async () => {
    const rows = await readRows(
      duckdbPath,
      `select account_id, count(*)::integer as months, min(month)::varchar as first, max(month)::varchar as last,
         sum(open_tickets)::integer as open_tickets, sum(is_observed::integer)::integer as observed
       from intercom.account_months group by account_id order by account_id`,
    );
    // Support is known from 1 January 2025, 90 days before the first of April; acme is away from June to August. The horizon of
    // March 2026 ends on 30 May, the last that is over by mid-June.
    assert.deepEqual(rows, [
      { account_id: "acme", months: 12, first: "2025-04-01", last: "2026-06-01", open_tickets: 12, observed: 9 },
      { account_id: "globex", months: 15, first: "2025-04-01", last: "2026-06-01", open_tickets: 0, observed: 12 },
      { account_id: "globex twin", months: 15, first: "2025-04-01", last: "2026-06-01", open_tickets: 0, observed: 12 },
    ]);
  });

  it("are single people where the var says so, known by id, external id or email address", async () => {
    await run(["+int_account_companies"], { accounts_relation: "crm.people", churn_account_key: "contact" });
    const rows = await readRows(
      duckdbPath,
      "select account_id || ' ' || customer_id || ' ' || matched_by as found from intercom_staging.int_account_companies order by 1",
    );
    assert.deepEqual(
      rows,
      ["ada p1 email", "bob by id p2 contact_id", "bob p2 external_id"].map((found) => ({ found })),
    );
  });

  async function run(select: readonly string[], vars: Readonly<Record<string, unknown>>): Promise<void> {
    const scope = ["--select", ...select, "--exclude-resource-type", "unit_test", "test"];
    const commandLine = ["build", ...scope, "--vars", JSON.stringify(vars)];
    const built = await runDbt(commandLine, workFolder, { WAREHOUSE: "duckdb", DUCKDB_PATH: duckdbPath });
    assert.equal(built.exitCode, 0, built.output);
  }

  async function writeAccounts(table: string, rows: string): Promise<void> {
    const instance = await DuckDBInstance.create(duckdbPath);
    const connection = await instance.connect();
    await connection.run("create schema if not exists crm");
    await connection.run(
      `create table crm.${table} as select * from (values ${rows}) as rows(account_id, company_id, started_on, churned_on, plan, mrr)`,
    );
    connection.closeSync();
    instance.closeSync();
  }
});

function provenance(): RawRow {
  return { _workspace_id: "w", _load_id: "load", _fetched_at: asOf, _loaded_at: asOf };
}

function company(id: string, externalId: string): RawRow {
  return { ...provenance(), id, payload: { id, company_id: externalId } };
}
