import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { toBytes } from "../json-text.ts";
import { escapedAsRailsDoes, Wire } from "./wire.ts";

const value = { "R&D": ['<p>é 😀 "\\u003c"</p>\u2028\u2029', "שלום &amp; 💬"] };
const body = toBytes(JSON.stringify(value));
const answer = { status: 200, body, headers: {} };

test("JSON with Rails' escapes is the same JSON, without the characters themselves", () => {
  const escaped = escapedAsRailsDoes(body);
  assert.deepEqual(JSON.parse(Buffer.from(escaped, "latin1").toString()), value);
  assert.match(escaped, /R\\u0026D.*\\u003cp\\u003e.*\\ud83d\\ude00.*\\u2028\\u2029/);
  assert.doesNotMatch(escaped, /[<>&]|\xf0\x9f/);
  assert.match(escaped, /\xc3\xa9/, "other characters stay");
});

test("an answer is compressed for a client that takes gzip, and for no other", () => {
  const wire = new Wire({ isEscaped: false, isGzip: true });
  const sent = wire.sent(answer, "gzip, deflate");
  assert.equal(sent.headers["content-encoding"], "gzip");
  assert.equal(gunzipSync(Buffer.from(sent.body)).toString("latin1"), body);
  assert.deepEqual(wire.sent(answer, "br"), answer);
  assert.deepEqual(wire.sent(answer, undefined), answer);
});

test("what was made of a body that is kept is kept", () => {
  const wire = new Wire({ isEscaped: true, isGzip: false });
  const kept = { ...answer, body: Buffer.from(body, "latin1") };
  assert.equal(wire.sent(kept, undefined).body, wire.sent(kept, undefined).body);
});
