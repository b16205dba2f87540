import { randomBytes } from "node:crypto";
import { openBigQuery } from "../../../loader/load/bigquery/client.ts";
import type { Json } from "../../fake/bigquery/body.ts";
import { FakeBigQuery, type FakeBigQueryOptions } from "../../fake/bigquery/server.ts";

/** A BigQuery to run against. It begins empty. */
export interface Backend {
  readonly url: string;
  readonly dataset: string;
  /** All rows of a raw table, as they were sent. */
  rowsOf(table: string): Promise<readonly Json[]>;
  /** Requests that no client should make. */
  readonly unplanned: readonly string[];
  close(): Promise<void>;
}

/** The double, which runs the loader's own queries. */
export class DoubleBackend implements Backend {
  readonly dataset = "raw";
  readonly double: FakeBigQuery;

  private constructor(double: FakeBigQuery) {
    this.double = double;
  }

  static async open(options: FakeBigQueryOptions = {}): Promise<DoubleBackend> {
    return new DoubleBackend(await FakeBigQuery.start({ isWithSql: true, ...options }));
  }

  get url(): string {
    return this.double.url;
  }

  get unplanned(): readonly string[] {
    return this.double.unplanned;
  }

  async rowsOf(table: string): Promise<readonly Json[]> {
    return this.double.rowsOf(table);
  }

  close(): Promise<void> {
    return this.double.close();
  }
}

/** A new dataset of an emulator. */
export class EmulatorBackend implements Backend {
  readonly url: string;
  readonly dataset = `raw_${randomBytes(4).toString("hex")}`;
  readonly unplanned: readonly string[] = [];

  constructor(url: string) {
    this.url = url;
  }

  async rowsOf(table: string): Promise<readonly Json[]> {
    const client = await openBigQuery({
      project: "test",
      location: undefined,
      emulatorHost: this.url,
      impersonate: undefined,
      maximumBytesBilled: 2 ** 30,
    });
    const [tables] = await client.dataset(this.dataset).getTables();
    if (!tables.some(({ id }) => id === table)) return [];
    const [rows] = await client.query(`select * from \`test.${this.dataset}.${table}\``);
    return rows.map((row: Json) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, sent(value)])));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Times come as objects, JSON as its text. */
function sent(value: unknown): unknown {
  if (typeof value === "object" && value !== null && "value" in value) return value.value;
  return value;
}
