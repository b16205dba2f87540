// JSON of any shape: two readers agree, digits stay, keys that JavaScript knows are keys like any other, and nothing throws.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { epochSecondsMax, epochSecondsOf } from "../../loader/epoch.ts";
import { ReadCounters, readPage, readThread } from "../../loader/extract/fast/reader.ts";
import { type ThreadRows, threadRows, ticketRows, timestamp } from "../../loader/extract/rows.ts";
import { JsonMembers, parseJson, parseJsonBody, writeJson } from "../../loader/json.ts";
import { holds, hostileText } from "./cases.ts";

/** Numbers as JSON may write them: digits beyond what JavaScript and BigQuery's integers hold, fractions, exponents. */
const numberText = fc.oneof(
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
  fc.constantFrom(
    "0",
    "-0",
    "1e400",
    "-1e400",
    "1E5",
    "9007199254740993",
    "9223372036854775808",
    "0.1",
    "1.0",
    "1e-400",
  ),
  fc.constantFrom("1700000000", "1700000000000", "1515151515151515", "253402300800", "-1", "1700000000.5"),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);

/** JSON text of any value, which a parser would not write in the same way. */
const { jsonText } = fc.letrec<{ jsonText: string; list: string; object: string }>((tie) => ({
  jsonText: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("null", "true", "false"),
    numberText,
    hostileText.map((text) => JSON.stringify(text)),
    tie("list"),
    tie("object"),
  ),
  list: fc.array(tie("jsonText"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
  object: fc.array(fc.tuple(hostileText, tie("jsonText")), { maxLength: 3 }).map(objectText),
}));

function objectText(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

const either = (usual: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 80, arbitrary: usual }, { weight: 1, arbitrary: jsonText });
const seconds = either(fc.integer({ min: 0, max: 2e9 }).map(String));
// Half of a surrogate pair, which the hostile texts have often, leads to the parser.
const textual = either(hostileText.map((text) => JSON.stringify(text.toWellFormed())));
const idText = either(
  fc.oneof(
    fc.nat().map((number) => `"${number}"`),
    fc.nat().map(String),
  ),
);

function seldom<T>(values: fc.Arbitrary<T>, usual: T): fc.Arbitrary<T> {
  return fc.oneof({ weight: 1, arbitrary: values }, { weight: 5, arbitrary: fc.constant(usual) });
}

/** An object with such members, some of them left out, in any order, with others between them. */
function mostly(members: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<string> {
  const all = Object.entries(members).map(([name, text]) =>
    fc
      .tuple(fc.constant(name), text, fc.integer({ min: 0, max: 80 }))
      .map(([key, value, dice]) => ({ key, value, isThere: dice > 0 })),
  );
  return fc
    .tuple(fc.tuple(...all), seldom(fc.array(fc.tuple(hostileText, jsonText), { maxLength: 2 }), []))
    .chain(([own, others]) => {
      const there = own.filter(({ isThere }) => isThere).map(({ key, value }): [string, string] => [key, value]);
      return fc.shuffledSubarray([...there, ...others], { minLength: there.length + others.length });
    })
    .map(objectText);
}

const part = mostly({ id: idText, part_type: textual, body: textual, created_at: seconds, updated_at: seconds });
const parts = fc.array(either(part), { maxLength: 3 }).map((items) => `[${items.join(",")}]`);
const thread = mostly({
  id: idText,
  created_at: seconds,
  updated_at: seconds,
  state: textual,
  source: either(mostly({ body: textual })),
  conversation_parts: either(mostly({ conversation_parts: either(parts), total_count: seconds })),
});

/** Rows as values, with the order of names left out. `-0`, which only one way keeps, is 0. */
function comparable(rows: ThreadRows | undefined): unknown {
  const read = (row: unknown): unknown =>
    parseJson(writeJson(parseJson(row instanceof JsonMembers ? String(row) : writeJson(row))));
  return rows === undefined
    ? undefined
    : { ...rows, record: rows.record && read(rows.record), parts: rows.parts.map(read) };
}

test("a thread gives the same rows, read by bytes or by values", () => {
  const counters = new ReadCounters();
  let stored = 0;
  holds(thread, (text) => {
    const body = Buffer.from(text);
    const rows = readThread(body, counters);
    assert.deepEqual(comparable(rows), comparable(threadRows(parseJsonBody(body))));
    if (rows?.record !== undefined) stored += 1;
  });
  // Both ways were tried, and most of what they gave were rows.
  assert.ok(counters.parsedThreads > counters.threads / 10, `${counters.parsedThreads} of ${counters.threads}`);
  assert.ok(counters.parsedThreads < counters.threads / 1.1, `${counters.parsedThreads} of ${counters.threads}`);
  assert.ok(stored > counters.threads / 10, `${stored} of ${counters.threads}`);
});

test("a page of a search gives the same references, read by bytes or by values", () => {
  const record = mostly({ id: idText, updated_at: seconds, scorecards: jsonText, monitor_evaluations: jsonText });
  const pages = mostly({
    conversations: either(fc.array(either(record), { maxLength: 3 }).map((all) => `[${all.join(",")}]`)),
  });
  const wanted = (page: unknown): unknown => JSON.parse(writeJson(page), (_key, value: unknown) => value);
  holds(pages, (text) => {
    const body = Buffer.from(text);
    const plain = parseJsonBody(body);
    const read = readPage(body);
    const ofRecord = (each: unknown): unknown => {
      if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
      const { id, updated_at = null, monitor_evaluations, scorecards } = { ...each } as Record<string, unknown>;
      return { id, updated_at, monitor_evaluations, scorecards };
    };
    const ofPage = (page: unknown): unknown => {
      if (typeof page !== "object" || page === null) return page;
      const { conversations, ...rest } = page as Record<string, unknown>;
      return { rest, conversations: Array.isArray(conversations) ? conversations.map(ofRecord) : conversations };
    };
    assert.deepEqual(wanted(ofPage(read)), wanted(ofPage(plain)));
  });
});

test("what is parsed and written again is the same JSON: every digit of an integer, every key, also __proto__", () => {
  holds(jsonText, (text) => {
    const value = parseJson(text);
    const written = writeJson(value);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    assert.deepEqual(keysOf(parseJson(written)), keysOf(value));
    const integers = (json: string): string[] =>
      json.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").match(/(?<![\d.eE+-])-?[1-9]\d*(?![\d.eE])/g) ?? [];
    const keyed = /"(?:[^"\\]|\\.)*":/g;
    // A key that comes twice is there once.
    if (new Set(text.match(keyed)).size === (text.match(keyed) ?? []).length)
      assert.deepEqual(integers(written).toSorted(), [...integers(text), ...exactOf(text)].toSorted());
  });
});

/** How often each key is there, whatever object has it. */
function keysOf(value: unknown): readonly string[] {
  const keys: string[] = [];
  JSON.stringify(value, (key, inner: unknown) => {
    keys.push(key.toWellFormed());
    return inner;
  });
  return keys;
}

/** Integers that `written` has and the text writes in another way, as 1e5 and 1.0. */
function exactOf(text: string): string[] {
  const numbers = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g) ?? [];
  return numbers
    .filter((number) => !/^-?[1-9]\d*$/.test(number))
    .map((number) => JSON.stringify(Number(number)))
    .filter((number) => /^-?[1-9]\d*$/.test(number));
}

test("any value at all is a row or a rejected record", () => {
  holds(jsonText, (text) => {
    const value = parseJson(text);
    for (const rowsOf of [threadRows, ticketRows]) {
      const { record, rejected } = rowsOf(value);
      assert.ok(record !== undefined || rejected.length === 1);
    }
  });
});

test("a number is a time between 1970 and 9999, or none", () => {
  holds(
    fc.oneof(fc.double(), fc.maxSafeInteger(), fc.constantFrom(1_515_151_515_151, 253_402_300_799_999)),
    (number) => {
      const found = epochSecondsOf(number);
      if (found === undefined) return;
      assert.ok(Number.isInteger(found) && found >= 0 && found <= epochSecondsMax);
      assert.match(timestamp(found) ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    },
  );
});
