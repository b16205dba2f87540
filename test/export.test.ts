import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { csvCell, type NormalizedRow, normalizedColumns, writeRows } from "../loader/export.ts";

const row: NormalizedRow = {
  conversation_id: "9007199254740993",
  contact_id: null,
  contact_email: "ada@example.com",
  company_id: null,
  created_at: "2026-01-05T09:00:00Z",
  closed_at: null,
  state: "open",
  tags: ['a, "b"', "é"],
  rating: 5,
  rating_remark: "=cmd|' /C calc'!A0",
  message_count: 2,
  time_to_first_reply_seconds: 60,
  time_to_resolution_seconds: null,
  first_message_body: "line one\nline two",
};

async function written(format: "ndjson" | "csv", rows: readonly NormalizedRow[]): Promise<string> {
  const chunks: string[] = [];
  const output = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      setImmediate(done);
    },
  });
  await writeRows(
    (async function* () {
      yield* rows;
    })(),
    format,
    output,
  );
  return chunks.join("");
}

test("NDJSON has the promised columns in the promised order", async () => {
  const lines = (await written("ndjson", [row, row])).trimEnd().split("\n");
  assert.equal(lines.length, 2);
  assert.deepEqual(Object.keys(JSON.parse(lines[0] ?? "")), [...normalizedColumns]);
  assert.deepEqual(JSON.parse(lines[0] ?? ""), row);
});

test("CSV quotes by RFC 4180 and defuses what a spreadsheet would run", async () => {
  const text = await written("csv", [row]);
  assert.ok(text.startsWith(`${normalizedColumns.join(",")}\r\n`));
  assert.ok(text.includes("'=cmd|' /C calc'!A0"));
  assert.ok(text.includes('"line one\nline two"'));
  assert.ok(text.includes('"[""a, \\""b\\"""",""é""]"'));
});

for (const dangerous of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]) {
  test(`a cell that begins with ${JSON.stringify(dangerous[0])} gets an apostrophe`, () => {
    assert.ok(csvCell(dangerous).replace(/^"/, "").startsWith("'"));
  });
}

test("numbers stay numbers, null is empty", () => {
  assert.equal(csvCell(-5), "-5");
  assert.equal(csvCell(null), "");
});
