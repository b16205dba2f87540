// An id comes from a response and goes into a request's path, into SQL and into logs: it may name nothing but its record.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readThread } from "../../loader/extract/fast/reader.ts";
import { Routes } from "../../loader/extract/routes.ts";
import { threadRows } from "../../loader/extract/rows.ts";
import { idOf, meSchema } from "../../loader/extract/schemas.ts";
import { parseJsonBody } from "../../loader/json.ts";
import { json, setUp } from "../extract/client-setting.ts";
import { holds, holdsForAll, hostileText } from "./cases.ts";

const notIds = ["", ".", "..", "a\0b", "a\nb", "\u001b[2J", "\u0085", "\ud800", "a\udc00", "1".repeat(513)];
const ids = ["1", "a/b", "../1", "a?b=c", "#", "%2f", "%2e%2e", "...", "é😀", "a b", "a\\b", 'a"b', "a'b", "__proto__"];

test("what a URL can't carry is no id", () => {
  for (const id of notIds) {
    assert.equal(idOf({ id }), undefined, JSON.stringify(id));
    assert.equal(meSchema.safeParse({ app: { id_code: id } }).success, false, JSON.stringify(id));
  }
  for (const id of ids) assert.equal(idOf({ id }), id);
});

test("an id in a path reaches the server as it is, in one segment, and nothing else of the path moves", async (context) => {
  const { client, requests, time } = await setUp(context, [json(200, {})]);
  const routes = new Routes(client);
  await holdsForAll(hostileText, async (texts) => {
    const asked = texts.filter((text) => idOf({ id: text }) !== undefined);
    requests.length = 0;
    for (const id of asked) await time.until(routes.contact(id));
    const arrived = requests.map(({ url = "" }) => new URL(url, "http://localhost").pathname.split("/"));
    assert.deepEqual(
      arrived.map(([root, list, id = "", ...more]) => [root, list, decodeURIComponent(id), ...more]),
      asked.map((id) => ["", "contacts", id]),
    );
  });
});

/** A thread with an id as a server writes it, which may escape any character. */
const threadWith = (idInJson: string): Buffer =>
  Buffer.from(
    `{"id":${idInJson},"created_at":1700000000,"updated_at":1700000000,"conversation_parts":{"conversation_parts":[{"id":${idInJson},"part_type":"comment","body":"","created_at":1700000000}]}}`,
  );

test("both readers of a thread see the same id, however it is escaped", () => {
  const check = (idInJson: string): void => {
    const body = threadWith(idInJson);
    const read = readThread(body);
    const parsed = threadRows(parseJsonBody(body));
    assert.equal(read?.id, parsed.id);
    assert.equal(read?.parts.length, parsed.parts.length);
    assert.equal(read?.rejected.length, parsed.rejected.length);
  };
  for (const id of [...notIds, ...ids]) check(JSON.stringify(id));
  for (const written of ['"a\\/b"', '"\\u0041"', '"\\u002e."', "12", "90071992547409931234", "-1", "1.5"])
    check(written);
  holds(hostileText, (id) => check(JSON.stringify(id).replaceAll("/", "\\/")));
});
