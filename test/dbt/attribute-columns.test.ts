import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { differingTables } from "../checker/same-tables.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { attributeVars, attributeWorkspace } from "./attribute-workspace.ts";
import { runDbt } from "./command.ts";
import { makeRawWarehouse, readRows } from "./raw-warehouse.ts";
import { ticketChoices, valuesOfChoices } from "./ticket-choices.ts";

const [plan, seats, ...others] = attributeVars.conversation_attribute_columns;
const selection = [
  "--select",
  "+conversation_metrics",
  "+support_daily",
  "contacts",
  "companies",
  "+tickets",
  "+conversation_attributes",
];

/** Tests go on where the one before ended: a warehouse whose owner asks for other columns. */
describe("columns of attributes", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "attribute-columns-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, {
      ...attributeWorkspace,
      ticket_types: [...(attributeWorkspace.ticket_types ?? []), ...ticketChoices.ticket_types],
      tickets: [...(attributeWorkspace.tickets ?? []), ...ticketChoices.tickets],
    });
    assert.deepEqual(await rebuiltModels(attributeVars), []);
  });

  after(() => rm(workFolder, { recursive: true }));

  it("hold the values in the types that the variable gives them", async () => {
    assert.deepEqual(await metrics("plan, seats, is_vip, renewal_at, odd_name"), [
      values("1", { plan: "Pro", seats: 12, is_vip: true, renewal_at: "2026-01-01 00:00:00" }),
      values("names", { odd_name: "value 4" }),
      values("none", {}),
      values("texts", { plan: "Pro", seats: 12, is_vip: true, renewal_at: "2026-01-01 00:00:00.5" }),
      values("wrong types", { plan: "3" }),
    ]);
    const records = `select contact_id as id, job_role as text, trial_ends_at::varchar as value from intercom.contacts
       union all select company_id, null, contract_value::varchar from intercom.companies order by id`;
    assert.deepEqual(await readRows(duckdbPath, records), [
      { id: "co", text: null, value: "10.5" },
      { id: "emptied", text: null, value: null },
      { id: "list", text: "Owner, Buyer, 7, true", value: "2026-01-01 00:00:00" },
      { id: "listed", text: null, value: "7.0" },
      { id: "no", text: null, value: null },
      { id: "object", text: "Chief", value: null },
      { id: "of wrong types", text: "a", value: null },
      { id: "p", text: "Owner", value: "2026-01-01 00:00:00" },
      { id: "references", text: "role-1, 82", value: null },
      { id: "text", text: null, value: "20.0" },
      { id: "two listed", text: null, value: null },
      { id: "without", text: null, value: null },
    ]);
  });

  it("of tickets hold their values in their types as well, last in the table", async () => {
    assert.deepEqual(await ticketColumns(), [
      "severity VARCHAR",
      "affected_seats DOUBLE",
      "is_regression BOOLEAN",
      "first_seen_at TIMESTAMP",
      "choice VARCHAR",
      "rank_number DOUBLE",
    ]);
    const tickets = `select ticket_id as id, severity, affected_seats as seats, is_regression, first_seen_at from intercom.tickets
       where ticket_id in ('1', 'of wrong types', 'without') order by 1`;
    const none = { severity: null, seats: null, is_regression: null, first_seen_at: null };
    assert.deepEqual(await readRows(duckdbPath, tickets), [
      { id: "1", severity: "High 🔥", seats: 12, is_regression: true, first_seen_at: "2026-01-01 00:00:00" },
      { ...none, id: "of wrong types", severity: "a" },
      { ...none, id: "without" },
    ]);
  });

  it("of tickets hold the labels of choices of the ticket's own type, and the names of files", async () => {
    const ids = ticketChoices.tickets.map(({ id }) => `'${id}'`).join(", ");
    const tickets = `select ticket_id as id, choice, rank_number as rank from intercom.tickets where ticket_id in (${ids}) order by 1`;
    assert.deepEqual(await readRows(duckdbPath, tickets), valuesOfChoices);
  });

  it("are columns of the contract, with a description in the warehouse", async () => {
    const rows = await readRows(
      duckdbPath,
      `select table_name || '.' || column_name as name, data_type as type, comment from duckdb_columns()
       where comment like '%vars: %_attribute_columns%' and not starts_with(table_name, 'int_') order by 1`,
    );
    assert.equal(rows.length, 15);
    assert.deepEqual(rows.slice(0, 2), [
      {
        name: "companies.contract_value",
        type: "DOUBLE",
        comment: 'The attribute "contract.value" (vars: company_attribute_columns).',
      },
      {
        name: "contacts.job_role",
        type: "VARCHAR",
        comment: 'The attribute "job/"role"~ it\'s" (vars: contact_attribute_columns).',
      },
    ]);
  });

  it("group support_daily, which then counts each conversation in one group", async () => {
    const rows = await readRows(
      duckdbPath,
      `select plan, sum(created)::integer as created, max(backlog)::integer as backlog from intercom.support_daily
       where day <= '2026-01-01' group by plan order by plan`,
    );
    assert.deepEqual(rows, [
      { plan: "3", created: 1, backlog: 1 },
      { plan: "Pro", created: 2, backlog: 2 },
      { plan: "none", created: 2, backlog: 2 },
    ]);
  });

  it("follow a label and another attribute under the same name, without a full build", async () => {
    await withDuckDb(duckdbPath, async (connection) => {
      await connection.run(
        `insert into intercom_raw.conversation_attributes by name
         select * replace (replace(payload::varchar, '"Pro"', '"Professional"')::json as payload, timestamp '2026-01-03' as _fetched_at)
         from intercom_raw.conversation_attributes where id = '1'`,
      );
      await connection.run(
        `insert into intercom_raw._loads by name
         select * replace ('conversation_attributes' as stream, 1 as row_count) from intercom_raw._loads limit 1`,
      );
    });
    const changed = {
      ...attributeVars,
      conversation_attribute_columns: [plan, { ...seats, attribute: "CX Score rating" }, ...others],
      ticket_attribute_columns: [{ attribute: "Affected seats", column: "seats", type: "text" }],
    };
    assert.deepEqual(await rebuiltModels(changed), [
      "int_conversation_attributes is built in full: what all its rows depend on has changed.",
    ]);
    assert.deepEqual(await ticketColumns(), ["seats VARCHAR"]);
    const tickets = "select ticket_id as id, seats from intercom.tickets order by 1";
    assert.deepEqual((await readRows(duckdbPath, tickets)).slice(0, 1), [{ id: "1", seats: "12" }]);
    assert.deepEqual((await metrics("plan, seats")).slice(0, 1), [{ id: "1", plan: "Professional", seats: 4 }]);
    const fullPath = join(workFolder, "full", "warehouse.duckdb");
    await mkdir(join(workFolder, "full"));
    await copyFile(duckdbPath, fullPath);
    await rebuiltModels(changed, fullPath, ["--full-refresh"]);
    const otherPath = join(workFolder, "full.duckdb");
    await copyFile(fullPath, otherPath);
    const differing = await withDuckDb(duckdbPath, (connection) => {
      return differingTables(connection, otherPath, ["intercom", "intercom_staging"]);
    });
    assert.deepEqual(
      differing.filter((name) => !name.includes("_model_versions")),
      [],
    );
  });

  it("are built in full, by themselves, in another type or when they are gone", async () => {
    assert.deepEqual(await rebuiltModels({ conversation_attribute_columns: [{ ...seats, type: "text" }] }), [
      "int_conversation_metrics is built in full: its columns have changed.",
      "int_support_days is built in full: its columns have changed.",
    ]);
    assert.deepEqual((await metrics("seats")).slice(0, 1), [{ id: "1", seats: "12" }]);
    const left = await readRows(
      duckdbPath,
      `select table_name, column_name from duckdb_columns() where schema_name = 'intercom'
         and column_name in ('plan', 'is_vip', 'renewal_at', 'odd_name', 'job_role', 'contract_value', 'seats')`,
    );
    assert.deepEqual(left, [{ table_name: "conversation_metrics", column_name: "seats" }]);
    assert.deepEqual(await ticketColumns(), []);
  });

  /** Builds by increments, and gives the models that dbt says it builds in full. */
  async function rebuiltModels(vars: unknown, path = duckdbPath, flags: readonly string[] = []): Promise<string[]> {
    const run = await runDbt(["run", ...selection, "--vars", JSON.stringify(vars), ...flags], workFolder, {
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: path,
    });
    assert.equal(run.exitCode, 0, run.output);
    return run.output.split("\n").filter((line) => line.includes("is built in full:"));
  }

  /** Columns of `tickets` after those that it always has. */
  async function ticketColumns(): Promise<string[]> {
    const rows = await readRows(
      duckdbPath,
      `select column_name || ' ' || data_type as text from duckdb_columns() where schema_name = 'intercom' and table_name = 'tickets'
         and column_index > (
           select column_index from duckdb_columns() where schema_name = 'intercom' and table_name = 'tickets' and column_name = 'workspace_id'
         ) order by column_index`,
    );
    return rows.map((row) => String(Object(row).text));
  }

  function metrics(columns: string): Promise<unknown[]> {
    return readRows(
      duckdbPath,
      `select conversation_id as id, ${columns} from intercom.conversation_metrics order by 1`,
    );
  }
});

function values(id: string, some: Readonly<Record<string, unknown>>): unknown {
  return { id, plan: null, seats: null, is_vip: null, renewal_at: null, odd_name: null, ...some };
}
