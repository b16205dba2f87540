import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { csvCell } from "../../loader/csv.ts";
import { writeRows } from "../../loader/export/export.ts";
import { type NormalizedRow, normalizedColumns } from "../../loader/normalized-row.ts";

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

for (const dangerous of [
  ...["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\t1", "\r1", "\n1"],
  ...['"=1+1', "'=1+1", "` =1", " =1", "  \u00a0@SUM(A1)", "\ufeff=1", "\u200b-1", "\0=1", "\u2028=1", '" =1"'],
  ...["\uff1d1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "\ufe66=1", " \uff1d1"],
  ...["\u034f=1", "\u115f=1", "\u3164=1"],
]) {
  test(`a cell that begins with ${JSON.stringify(dangerous)} gets an apostrophe`, () => {
    assert.equal(unquoted(csvCell(dangerous)), `'${dangerous}`);
  });
}

for (const harmless of ["a=1", "1-1", "ann@example.com", "ok", "", "é", "[1]", "(-1)", "\u2014 dash", "1 = 1"]) {
  test(`a cell that is ${JSON.stringify(harmless)} stays as it is`, () => {
    assert.equal(csvCell(harmless), harmless);
  });
}

for (const [text, safe] of [
  ["hi;=1+1;", "hi;'=1+1;"],
  ["a; @SUM(1)", "a; '@SUM(1)"],
  ["a|+cmd|' /C calc'!A0", "a|'+cmd|' /C calc'!A0"],
  ["x\t-2+3", "x\t'-2+3"],
  ["a\n=1+1", "a\n'=1+1"],
  ["é;\uff1d1+1", "é;'\uff1d1+1"],
  ["a;\u034f=1", "a;\u034f'=1"],
  ["a\n- a list\n-9 and more", "a\n- a list\n-9 and more"],
  ["|---|---|", "|---|---|"],
  ["yes; - no", "yes; - no"],
] as const) {
  test(`behind another program's separator ${JSON.stringify(text)} is ${JSON.stringify(safe)}`, () => {
    assert.equal(unquoted(csvCell(text)), safe);
  });
}

test("rows that can't be read are an error before the header: an export without rows would look the same", async () => {
  const chunks: string[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const rows: AsyncIterable<NormalizedRow> = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("no mart")) }),
  };
  await assert.rejects(writeRows(rows, "csv", output), /no mart/);
  assert.deepEqual(chunks, []);
});

for (const sign of [",", ";", "\t", "|", '"', "\r", "\n"]) {
  test(`a cell with ${JSON.stringify(sign)} in it is quoted, and one that has it twice, or at an end`, () => {
    for (const text of [`a${sign}b`, `a${sign}`, `a${sign}b${sign}c`]) {
      const cell = csvCell(text);
      assert.match(cell, /^"[\s\S]*"$/);
      assert.equal(unquoted(cell), text);
    }
  });
}

test("blanks at an end are in quotes, since some programs take them away", () => {
  for (const text of [" a", "a ", "\u00a0a"]) assert.equal(csvCell(text), `"${text}"`);
});

/** What a reader of RFC 4180 makes of a cell. */
function unquoted(cell: string): string {
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}

test("numbers stay numbers, null is empty", () => {
  assert.equal(csvCell(-5), "-5");
  assert.equal(csvCell(null), "");
});

test("an output that fails for another reason than that its reader has gone is an error, with what is to be done", async () => {
  const full = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error("no space left"), { code: "ENOSPC" }));
    },
  });
  const rows = (async function* () {
    for (let number = 0; number < 3; number += 1) yield row;
  })();
  await assert.rejects(
    writeRows(rows, "csv", full),
    /Standard output could not be written \(ENOSPC\).*run the same command/,
  );
});

test("a reader who has gone is no error", async () => {
  const broken = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    },
  });
  const rows = (async function* () {
    for (let number = 0; number < 3; number += 1) yield row;
  })();
  await writeRows(rows, "csv", broken);
});
