import { DuckDBInstance } from "@duckdb/node-api";
import type { AccountRow } from "./events.ts";

/** The relation that `vars: accounts_relation` names when a warehouse has the fake's accounts. */
export const demoAccountsRelation = "crm.accounts";

/**
 * Writes the fake's accounts into a DuckDB file, as a billing system's table would be in a warehouse; those that were there go.
 * Never into the seed, which is a real workspace's. The file must not be open elsewhere.
 */
export async function writeDemoAccounts(duckdbPath: string, rows: readonly AccountRow[]): Promise<void> {
  const instance = await DuckDBInstance.create(duckdbPath);
  const connection = await instance.connect();
  try {
    await connection.run("create schema if not exists crm");
    await connection.run(
      `create or replace table ${demoAccountsRelation}
         (account_id varchar, company_id varchar, started_on date, churned_on date, plan varchar, mrr double)`,
    );
    await connection.run(
      `insert into ${demoAccountsRelation}
       select account_id, company_id, started_on, churned_on, plan, mrr
       from (select unnest(from_json($1::json, '[{"account_id": "varchar", "company_id": "varchar", "started_on": "date",
         "churned_on": "date", "plan": "varchar", "mrr": "double"}]'), recursive := true))`,
      [JSON.stringify(rows)],
    );
  } finally {
    // dbt can't open a file that is open here.
    connection.closeSync();
    instance.closeSync();
  }
}
