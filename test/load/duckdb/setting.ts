// A DuckDB file with the raw tables, a load to fill, and a look at the file from outside.
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { DuckDbWarehouse } from "../../../loader/load/duckdb/warehouse.ts";
import type { LoadRecord, OpenLoad } from "../../../loader/load/open-load.ts";
import { Spool } from "../../../loader/load/spool.ts";
import { temporaryFolder } from "../../tools/folder.ts";

export const workspaceId = "w1";
export const second = Date.parse("2026-01-05T09:00:00Z") / 1000;
export const text = (seconds: number): string => new Date(seconds * 1000).toISOString();

export type Setting = {
  readonly folder: string;
  readonly path: string;
  readonly warehouse: DuckDbWarehouse;
  readonly spool: Spool;
};

export async function setUp(context: TestContext, fileName = "intercom.duckdb"): Promise<Setting> {
  const folder = temporaryFolder(context);
  const path = join(folder, "new", fileName);
  const warehouse = await DuckDbWarehouse.open({ path, rawDataset: "intercom_raw", stateDirectory: folder });
  context.after(() => warehouse.close());
  await warehouse.prepare();
  const spool = await Spool.open(folder, { workspaceId, runId: "run", loadedAt: text(second) });
  return { folder, path, warehouse, spool };
}

export async function addConversation(load: OpenLoad, id: string, updatedAt: number, fetchedAt: number): Promise<void> {
  const row = {
    id,
    created_at: text(second),
    updated_at: text(updatedAt),
    state: "open",
    body_text: "Grüße 😀",
    payload: { id, big: JSON.rawJSON("90071992547409931234") },
  };
  await load.add("conversations", row, fetchedAt);
}

export async function commit(
  setting: Setting,
  load: OpenLoad,
  record: Partial<LoadRecord> & Pick<LoadRecord, "stream">,
): Promise<void> {
  await setting.warehouse.commit(
    await load.finish([{ row_count: load.rowsOf(record.stream), rejected_count: 0, ...record }]),
  );
}

export const scalars = async (connection: DuckDBConnection, sql: string) =>
  (await connection.runAndReadAll(sql)).getRowsJson();
