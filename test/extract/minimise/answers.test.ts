import assert from "node:assert/strict";
import { test } from "node:test";
import { Minimiser } from "../../../loader/extract/minimise/answers.ts";
import { privacyOf } from "../../../loader/privacy.ts";
import { isPseudonym, Pseudonyms } from "../../../loader/pseudonyms.ts";

const key = "a key of tests, which is longer than 32 bytes";
const pseudonyms = new Pseudonyms(key);

function minimised(
  path: string,
  json: string,
  pii: "full" | "pseudonymous" | "none" = "pseudonymous",
  body: "full" | "scrubbed" | "none" = "full",
): string {
  const privacy = privacyOf(pii, body, { key: pii === "pseudonymous" ? key : undefined, keptAttributes: ["Plan"] });
  return new Minimiser(privacy).answer(path, Buffer.from(json)).toString();
}

test("ids keep every digit, members their order, and cursors their text", () => {
  const page =
    '{"type":"list","pages":{"next":{"starting_after":"ann@mail.example"}},"data":[{"id":12345678901234567890,"type":"contact","email":null}],"total_count":1}';
  assert.equal(minimised("/contacts", page), page);
});

test("one address has one pseudonym, however it is written and wherever it stands", () => {
  const address = pseudonyms.of("email", "ann@mail.example");
  assert.ok(isPseudonym(address));
  assert.equal(
    minimised(
      "/contacts/1",
      '{"id":"1","email":" Ann@Mail.example","external_id":"ANN@mail.example","tags":{"data":[{"name":"vip ann@mail.example"}]},"custom_attributes":{"ann@mail.example":1,"Backup":"ann@mail.example"}}',
    ),
    `{"id":"1","email":"${address}","external_id":"${address}","tags":{"data":[{"name":"vip ${address}"}]},"custom_attributes":{"${address}":1,"Backup":"${address}"}}`,
  );
  assert.notEqual(new Pseudonyms(`${key}!`).of("email", "ann@mail.example"), address);
});

test("a phone number has one pseudonym, however it is written", () => {
  const phone = (text: string): string => minimised("/contacts/1", `{"phone":"${text}"}`);
  assert.equal(phone("+49 30 901820"), phone("004930901820"));
  assert.notEqual(phone("+49 30 901820"), phone("+49 30 901821"));
});

test("names of people go, names of bots, teams and things stay", () => {
  assert.equal(
    minimised(
      "/conversations/1",
      '{"source":{"author":{"type":"user","name":"Ann"}},"conversation_parts":{"conversation_parts":[{"author":{"type":"bot","name":"Fin"}}]},"tags":{"tags":[{"name":"billing"}]},"company":{"name":"Acme"}}',
      "none",
    ),
    '{"source":{"author":{"type":"user","name":null}},"conversation_parts":{"conversation_parts":[{"author":{"type":"bot","name":"Fin"}}]},"tags":{"tags":[{"name":"billing"}]},"company":{"name":"Acme"}}',
  );
});

test("attributes keep numbers, dates, truth values and what you name", () => {
  const attributes =
    '{"custom_attributes":{"Plan":"Pro","Seats":12,"Since":"2024-01-02","Active":true,"Count":"17","Manager":"Ann","Mobile":49170123}}';
  assert.equal(
    minimised("/contacts/1", attributes, "none"),
    '{"custom_attributes":{"Plan":"Pro","Seats":12,"Since":"2024-01-02","Active":true,"Count":"17","Manager":null,"Mobile":null}}',
  );
});

test("names that take part are those of one record: what stands beside it on a page changes nothing", () => {
  const ticket = (name: string, text: string): string =>
    `{"id":"1","ticket_attributes":{"_default_description_":"${text}"},"ticket_parts":{"ticket_parts":[{"author":{"type":"user","name":"${name}"}}]}}`;
  const page = `{"tickets":[${ticket("Ann", "Ann and Bob")},${ticket("Bob", "Ann and Bob")}]}`;
  const [first, second] = JSON.parse(minimised("/tickets/search", page, "none", "scrubbed")).tickets;
  assert.equal(first.ticket_attributes._default_description_, "[name] and Bob");
  assert.equal(second.ticket_attributes._default_description_, "Ann and [name]");
  const alone = minimised("/tickets/1", ticket("Ann", "Ann and Bob"), "none", "scrubbed");
  assert.deepEqual(JSON.parse(alone), first);
});

test("what is no JSON is not passed on", () => {
  for (const body of ["<html>ann@mail.example</html>", '{"email":"ann@mail.example"', ""])
    assert.equal(minimised("/contacts", body), "");
});

test("a member named __proto__ stays a member", () => {
  const json = '{"id":"1","custom_attributes":{"__proto__":{"Plan":1},"constructor":"Ann"}}';
  assert.equal(
    minimised("/contacts/1", json, "none"),
    '{"id":"1","custom_attributes":{"__proto__":{"Plan":1},"constructor":null}}',
  );
});

test("what you publish stays as it is, byte for byte", () => {
  const article = '{"type":"article", "body":"<p>Write to help@mail.example</p>"}';
  assert.equal(minimised("/articles/1", article, "none", "none"), article);
});
