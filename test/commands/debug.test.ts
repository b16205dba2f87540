import assert from "node:assert/strict";
import { test } from "node:test";
import { stacksOf } from "../../loader/commands/debug.ts";
import { withoutSecrets } from "../../loader/secrets.ts";

test("the stack of an error has those of its causes behind it, and of the parts of one that has several", () => {
  const parts = new AggregateError([new Error("first address"), new Error("second address")], "no address answers");
  const text = stacksOf(new RangeError("too much", { cause: new TypeError("wrong kind", { cause: parts }) }), []);
  const openings = text.split("\n").filter((line) => !line.startsWith("    at "));
  assert.deepEqual(openings, [
    "RangeError: too much",
    "caused by TypeError: wrong kind",
    "caused by AggregateError: no address answers",
    "caused by Error: first address",
    "caused by Error: second address",
  ]);
  assert.match(text, /^ {4}at .*debug\.test\.ts/m);
});

test("a circle of causes ends, and what is no error is told without its content", () => {
  const error: Error & { cause?: unknown } = new Error("circle");
  error.cause = error;
  assert.equal(stacksOf(error, []).match(/Error: circle/g)?.length, 12);
  assert.equal(stacksOf({ authorization: "key" }, []), "something that is no error");
});

for (const [text, safe] of [
  ["token dG9rOjE= was refused", "token [secret] was refused"],
  ["authorization: Bearer abc.def-ghi, accept", "authorization: Bearer [secret], accept"],
  ["proxy http://ann:pass@proxy.example:8080/ closed", "proxy http://[secret]@proxy.example:8080/ closed"],
  ["asked https://api.intercom.io/contacts/1", "asked https://api.intercom.io/contacts/1"],
] as const) {
  test(`no secret stays in "${safe}"`, () => {
    assert.equal(withoutSecrets(text, ["dG9rOjE=", "", "a"]), safe);
  });
}
