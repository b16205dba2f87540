import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decoded, encoded, fromBytes, inside, insideOf, type JsonText, json, toBytes } from "./json-text.ts";

const textOf = (text: JsonText): string => Buffer.from(text.bytes, "latin1").toString();
const strings = [
  "",
  "plain",
  'a "quote", a \\ and a /',
  "line\nline\ttab\u0000\u001f\u007f\u0080\u2028",
  "Grüße – € 12 … 谢谢 مرحبا 😅",
  "\ud83d alone",
  "é".repeat(300),
];

describe("a JSON template", () => {
  test("writes the bytes that JSON.stringify would", () => {
    for (const text of strings) {
      assert.equal(textOf(json`{"a": ${text}}`), JSON.stringify({ a: text }));
      assert.equal(textOf(encoded({ a: [text, null, 1.5] })), JSON.stringify({ a: [text, null, 1.5] }));
    }
    for (const number of [0, -0, 1.5, -3, 1e21, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])
      assert.equal(textOf(json`[${number}]`), JSON.stringify([number]));
    assert.equal(textOf(json`[${true}, ${false}, ${null}]`), "[true,false,null]");
  });

  test("takes texts and lists of texts as they are", () => {
    const [one, two] = [json`{"n": ${1}}`, json`"zwölf"`];
    assert.equal(
      textOf(json`{"none": ${[]}, "all": ${[one, two]}, "one": ${one}}`),
      '{"none":[],"all":[{"n":1},"zwölf"],"one":{"n":1}}',
    );
  });

  test("leaves out white space between tokens, and none inside a string", () => {
    assert.equal(
      textOf(json`{
        "a key": "two  words, \\" and – one",
        "b": [ 1, 2 ]
      }`),
      '{"a key":"two  words, \\" and – one","b":[1,2]}',
    );
  });

  test("says what it says, however large the integers", () => {
    for (const text of strings.filter((each) => each.isWellFormed())) assert.equal(decoded(json`${text}`), text);
    assert.equal(
      JSON.stringify(decoded(encoded(decoded(json`{"id": 215468999999999999999}`)))),
      '{"id":215468999999999999999}',
    );
  });
});

test("one character stands for one byte of the UTF-8", () => {
  for (const text of strings) {
    assert.equal(toBytes(text).length, Buffer.byteLength(text));
    if (text.isWellFormed()) assert.equal(fromBytes(toBytes(text)), text);
  }
});

test("a template of a string's inside escapes its own text, and not what is put in", () => {
  const link = inside`<a href="ü">${insideOf('"a" & b')}</a>`;
  assert.equal(JSON.parse(`"${fromBytes(link)}"`), '<a href="ü">"a" & b</a>');
});
