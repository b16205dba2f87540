// A thread is read in two ways, by slices and by values: they must agree on whatever both take, and what only one takes must be right.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ReadCounters, readThread } from "../../../loader/extract/fast/reader.ts";
import { scanThread } from "../../../loader/extract/fast/thread.ts";
import { type Row, type ThreadRows, threadRows } from "../../../loader/extract/rows.ts";
import { JsonMembers, parseJsonBody, writeJson } from "../../../loader/json.ts";
import { OpenApi } from "../../contract/openapi.ts";
import { startFakeIntercom } from "../../fake/intercom/server.ts";
import { Dice } from "../../fault/dice.ts";

const plain = {
  type: "conversation",
  id: "1",
  created_at: 1_700_000_000,
  updated_at: 1_700_000_100,
  state: "open",
  source: { type: "conversation", id: "s", body: "<p>Hello &amp; welcome</p>", author: { id: "a", body: "no" } },
  conversation_parts: {
    type: "conversation_part.list",
    conversation_parts: [
      part("11", "comment", "<p>A &lt; B</p>"),
      part("12", "close", null),
      part("13", "note", '“quoted” \\ "inner" \n 😀 שלום'),
    ],
    total_count: 3,
  },
  custom_attributes: { "a,b": 'x "y"', n: -1.5, deep: [[{ id: "not this" }], [], {}] },
};

function part(id: string, part_type: string, body: string | null): object {
  return { type: "conversation_part", id, part_type, body, created_at: 1_700_000_050, updated_at: 1_700_000_060 };
}

describe("a thread read by slices", () => {
  it("gives the rows that parsing gives", () => {
    const bytes = bytesOf(plain);
    assert.deepEqual(comparable(scanThread(bytes)), comparable(threadRows(parseJsonBody(bytes))));
  });

  it("keeps each payload to the byte, and cuts the parts out of the conversation's", () => {
    const rows = scanThread(bytesOf(plain));
    const [first] = plain.conversation_parts.conversation_parts;
    assert.equal(payloadOf(rows?.parts[0]), JSON.stringify(first));
    const { conversation_parts: _, ...list } = plain.conversation_parts;
    assert.equal(payloadOf(rows?.record), JSON.stringify({ ...plain, conversation_parts: list }));
  });

  for (const [name, list] of Object.entries({
    "the only member": { conversation_parts: [] },
    "the first member": { conversation_parts: [], total_count: 0 },
    "the last member": { total_count: 0, conversation_parts: [] },
  })) {
    it(`cuts out parts that are ${name} of their list`, () => {
      const rows = scanThread(bytesOf({ ...plain, conversation_parts: list }));
      const { conversation_parts: _, ...rest } = { total_count: undefined, ...list };
      assert.equal(payloadOf(rows?.record), JSON.stringify({ ...plain, conversation_parts: rest }));
    });
  }

  const text = JSON.stringify(plain);
  const unusual: Record<string, string | Buffer> = {
    "white space between tokens": JSON.stringify(plain, undefined, 1),
    "a byte order mark": `\ufeff${text}`,
    "an escaped half of a surrogate pair": text.replace("Hello", "Hello \\ud83d"),
    "an escaped half of a surrogate pair at its end": text.replace("Hello", "\\ud83d"),
    "two halves of surrogate pairs in the wrong order": text.replace("Hello", "\\ude00\\ud83d"),
    "half a surrogate pair before another escape": text.replace("Hello", "\\ud83d\\u0041"),
    "a body in control characters' escapes of a name": text.replace('"body":"<p>A', '"b\\u006fdy":"<p>A'),
    "a name with an escape": text.replace('"state"', '"st\\u0061te"'),
    "an exponent": text.replace("-1.5", "-15e-1"),
    "bytes that are no UTF-8": Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"x":"\xff"}', "latin1")]),
    "a name twice": text.replace('"state":"open"', '"state":"closed","state":"open"'),
    "a part without a type": text.replace('"part_type":"close",', ""),
    "a time that is no integer": text.replace("1700000060", "1700000060.5"),
    "an empty id": text.replace('"id":"11"', '"id":""'),
    "very deep nesting": text.replace("[[{", `${"[".repeat(99)}[[{`).replace("}],[],{}]", `}],[],{}]${"]".repeat(99)}`),
  };
  for (const [name, body] of Object.entries(unusual)) {
    it(`leaves ${name} to the parser`, () => {
      const bytes = Buffer.from(body);
      assert.equal(scanThread(bytes), undefined);
      assert.deepEqual(comparable(readThread(bytes)), comparable(threadRows(parseJsonBody(bytes))));
    });
  }

  it("takes ids beyond 2^53 as they are written", () => {
    const bytes = Buffer.from(text.replace('"id":"11"', '"id":90071992547409931234'));
    const rows = scanThread(bytes);
    assert.match(String(rows?.parts[0]), /^\{"id":"90071992547409931234",/);
    assert.match(payloadOf(rows?.parts[0]), /"id":90071992547409931234,/);
    assert.deepEqual(comparable(rows), comparable(threadRows(parseJsonBody(bytes))));
  });

  it("says of what is no whole JSON that it is none", () => {
    const bytes = Buffer.from(text);
    for (let length = 0; length < bytes.length; length += 1) {
      assert.equal(readThread(bytes.subarray(0, length)), undefined, `cut after ${length} bytes`);
    }
  });

  it("never takes what JSON.parse refuses, and agrees with it on what it takes, over 60,000 spoilt threads", () => {
    const dice = new Dice(20_261_122);
    const bytes = Buffer.from(text);
    const spoilers = Buffer.from('"\\{}[],:0123456789-.eEnulltrue \n\t\x00\x1f\xc3\xa9\xf0ud');
    let taken = 0;
    for (let round = 0; round < 60_000; round += 1) {
      const spoilt = Buffer.from(bytes);
      for (let count = dice.below(3); count >= 0; count -= 1) {
        spoilt[dice.below(spoilt.length)] = dice.pick([...spoilers, dice.below(256)]);
      }
      const scanned = scanThread(spoilt);
      if (scanned === undefined) continue;
      taken += 1;
      const json = parseJsonBody(spoilt);
      assert.notEqual(json, undefined, `took ${spoilt}`);
      assert.deepEqual(comparable(scanned), comparable(threadRows(json)), `of ${spoilt}`);
    }
    assert.ok(taken > 5000, `only ${taken} were taken`);
  });

  it("has room for texts that grow", () => {
    for (const body of [
      "&#1;",
      "<p>&#1;",
      "\u0001",
      "<pre>\u0001\u0002</pre>",
      "&nGg;",
      '&copy;"',
      "<p><p>",
      "💬&#x1F4AC;",
    ]) {
      const many = { ...plain, conversation_parts: { conversation_parts: [part("1", "comment", body.repeat(500))] } };
      const bytes = bytesOf(many);
      assert.deepEqual(comparable(scanThread(bytes)), comparable(threadRows(parseJsonBody(bytes))), body);
    }
  });

  it("takes the published example", () => {
    const [example] = new OpenApi().examples("GET /conversations/{id}", 200).values();
    const bytes = bytesOf(example);
    assert.deepEqual(comparable(readThread(bytes)), comparable(threadRows(parseJsonBody(bytes))));
  });
});

describe("a thread whose strings have hexadecimal escapes", () => {
  const pieces = [
    ..."<p> </p> <br> <b> </b> <ul><li> </li></ul> &amp; &lt; &nbsp; &#8594; <a\xa0href='x?a=1&amp;b'> </a>".split(" "),
    ...["a", " ", "\n", "é", "שלום", "😀", "💬", "\u2028", "\u2029", '"', "\\", "\\u003c", "R&D", "<", "&", "\t", "/"],
  ];

  it("is read by slices as parsing reads it, over 5,000 random threads in three ways of writing", () => {
    const dice = new Dice(20_261_128);
    const counters = new ReadCounters();
    const text = (): string => Array.from({ length: dice.below(9) }, () => dice.pick(pieces)).join("");
    for (let round = 0; round < 5000; round += 1) {
      const parts = Array.from({ length: dice.below(4) }, (_, number) => part(`${number}`, "comment", text()));
      const thread = {
        ...plain,
        source: { ...plain.source, body: text(), subject: text() },
        conversation_parts: { conversation_parts: parts, total_count: parts.length },
        custom_attributes: { [`${text()}&`]: text() },
      };
      for (const characters of [
        /[<>&\u2028\u2029]/gu,
        /[<>&\u2028\u2029]|[\u{10000}-\u{10ffff}]/gu,
        /[^ -~]|[<>&'/]/gu,
      ]) {
        const bytes = Buffer.from(escaped(JSON.stringify(thread), characters));
        assert.deepEqual(
          comparable(readThread(bytes, counters)),
          comparable(threadRows(parseJsonBody(bytes))),
          String(bytes),
        );
      }
    }
    assert.equal(counters.threads, 15_000);
    assert.equal(counters.parsedThreads, 0);
  });

  it("keeps its payload to the byte", () => {
    const bytes = Buffer.from(escaped(JSON.stringify(plain), /[<>&]|[^ -~]/gu));
    const [first] = plain.conversation_parts.conversation_parts;
    assert.equal(payloadOf(scanThread(bytes)?.parts[0]), escaped(JSON.stringify(first), /[<>&]|[^ -~]/gu));
  });

  it("may have names with escapes, except names whose letters are escaped", () => {
    const named = (name: string): Buffer => Buffer.from(JSON.stringify(plain).replace('"a,b"', `"${name}"`));
    for (const name of ["R\\u0026D", "\\u003cb\\u003e", "\\ud83d\\ude00", "caf\\u00e9", "a\\/b", "a\\nb"])
      assert.notEqual(scanThread(named(name)), undefined, name);
    for (const name of ["\\u0069d", "st\\u0061te", "\\u0031", "a\\u005fb", "\\ud83d"])
      assert.equal(scanThread(named(name)), undefined, name);
  });

  it("is counted by the way it takes, and so are its bodies", () => {
    const counters = new ReadCounters();
    const parsedBody = bytesOf({ ...plain, source: { ...plain.source, body: "<p>&copy;</p>" } });
    for (const bytes of [
      bytesOf(plain),
      parsedBody,
      Buffer.from(JSON.stringify(plain, undefined, 1)),
      Buffer.from("{"),
    ])
      comparable(readThread(bytes, counters));
    const { threads, parsedThreads, bodies, parsedBodies, slowShare, slowBodyShare } = counters;
    assert.deepEqual({ threads, parsedThreads, slowShare }, { threads: 3, parsedThreads: 1, slowShare: 0.333 });
    assert.deepEqual({ bodies, parsedBodies, slowBodyShare }, { bodies: 6, parsedBodies: 1, slowBodyShare: 0.167 });
  });

  /** Without short forms, no such character is within an escape: they stand in strings only. */
  function escaped(json: string, characters: RegExp): string {
    return json.replaceAll(characters, (found) =>
      Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`).join(
        "",
      ),
    );
  }
});

describe("the threads of a desk", () => {
  for (const escapesHtml of [false, true]) {
    it(`are all read by slices, as parsing reads them${escapesHtml ? ", with hexadecimal escapes too" : ""}`, async (context) => {
      const fake = await startFakeIntercom({ conversations: 400, escapesHtml });
      context.after(() => fake.close());
      const headers = { authorization: `Bearer ${fake.token}`, "intercom-version": "2.16" };
      const answer = await fetch(`${fake.url}/conversations?per_page=150`, { headers });
      const { conversations } = (await answer.json()) as { conversations: { id: string }[] };
      assert.equal(conversations.length, 150);
      for (const { id } of conversations) {
        const thread = await fetch(`${fake.url}/conversations/${id}`, { headers });
        const bytes = Buffer.from(await thread.arrayBuffer());
        assert.equal(bytes.includes("<"), !escapesHtml);
        assert.deepEqual(comparable(scanThread(bytes)), comparable(threadRows(parseJsonBody(bytes))), id);
      }
    });
  }
});

function bytesOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** As a reader of the warehouse has them. */
function comparable(rows: ThreadRows | undefined): unknown {
  if (rows === undefined) return undefined;
  const { record, parts, rejected } = rows;
  return {
    record: record === undefined ? undefined : read(record),
    parts: parts.map(read),
    rejected,
  };
}

function read(row: Row | JsonMembers): unknown {
  return JSON.parse(row instanceof JsonMembers ? String(row) : writeJson(row));
}

/** The payload's text, which is the last column. */
function payloadOf(row: Row | JsonMembers | undefined): string {
  return String(row).split(',"payload":', 2)[1]?.slice(0, -1) ?? "";
}
