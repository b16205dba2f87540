import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withDuckDb } from "../../tools/duckdb-file.ts";
import { bytesExpression } from "./measure.ts";

describe("the bytes that BigQuery counts of a value", () => {
  for (const [value, type, bytes] of [
    ["'abc'", "VARCHAR", 5],
    ["''", "VARCHAR", 2],
    ["'é€'", "VARCHAR", 7],
    ["null::varchar", "VARCHAR", 0],
    ["7::bigint", "BIGINT", 8],
    ["null::bigint", "BIGINT", 0],
    ["1.5::double", "DOUBLE", 8],
    ["true", "BOOLEAN", 1],
    ["timestamp '2026-01-01'", "TIMESTAMP", 8],
    ["date '2026-01-01'", "DATE", 8],
    [`'{"a": 1}'::json`, "JSON", 8],
    ["null::json", "JSON", 0],
    ["['a', 'bc', null]", "VARCHAR[]", 7],
    ["[]::varchar[]", "VARCHAR[]", 0],
    ["null::varchar[]", "VARCHAR[]", 0],
  ] as const) {
    it(`are ${bytes} for ${value}`, async () => {
      const rows = await withDuckDb(":memory:", async (connection) =>
        (await connection.runAndReadAll(`select ${bytesExpression("v", type)} from (select ${value} as v)`)).getRows(),
      );
      assert.equal(Number(rows[0]?.[0]), bytes);
    });
  }

  it("are unknown for a type that no table has yet", () => {
    assert.throws(() => bytesExpression("v", "MAP(VARCHAR, BIGINT)"), /no size is known of the type MAP/);
  });
});
