import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson, writeJson } from "../loader/json.ts";

test("integers beyond 2^53 keep every digit", () => {
  const text = '{"id":9007199254740993,"list":[123456789012345678901234],"price":12.5,"minus":-9007199254740995}';
  assert.equal(writeJson(parseJson(text)), text);
});

test("long digits within a text stay a text", () => {
  const text = '{"body":"order: 12345678901234567890"}';
  assert.equal(writeJson(parseJson(text)), text);
});

test("what is not JSON is undefined", () => {
  assert.equal(parseJson(""), undefined);
  assert.equal(parseJson('{"cut":'), undefined);
  assert.equal(parseJson("<html>"), undefined);
});

test("half of a surrogate pair becomes U+FFFD, whole pairs and escaped backslashes stay", () => {
  assert.equal(writeJson({ a: "x\ud83d y", b: "😀", c: "\\ud83d" }), '{"a":"x\\ufffd y","b":"😀","c":"\\\\ud83d"}');
  assert.equal(writeJson("\ud83d\ud83d\udc00\udc00"), '"\\ufffd\ud83d\udc00\\ufffd"');
});

test("what has more objects and lists than any answer needs is no JSON: as values it would fill the memory", () => {
  for (const empty of ["{}", "[]"]) {
    const listOf = (count: number): string => `[${Array(count).fill(empty).join(",")}]`;
    assert.equal((parseJson(listOf(1_000_000)) as unknown[]).length, 1_000_000);
    assert.ok(parseJson(listOf(4_000_000)) === undefined);
  }
  const texts = { a: "{".repeat(5_000_000) };
  assert.deepEqual(parseJson(JSON.stringify(texts)), texts);
});

test("what nests deeper than any warehouse takes is no JSON, and strings nest nothing", () => {
  const nested = (depth: number): string => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
  assert.deepEqual(writeJson(parseJson(nested(500))), nested(500));
  for (const depth of [501, 5000, 1_000_000]) assert.equal(parseJson(nested(depth)), undefined, `${depth} deep`);
  const strings = ["[".repeat(1000), `${"[".repeat(600)}\\`, `"${"{".repeat(600)}`, `\\"${"[".repeat(600)}"\\`];
  for (const text of strings) assert.deepEqual(parseJson(JSON.stringify({ text })), { text });
  assert.deepEqual(parseJson(JSON.stringify(Array(1000).fill([[]]))), Array(1000).fill([[]]));
});
