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

test("a number or a date of one person goes, as a text too, unless you name its attribute", () => {
  const attributes = (pii: "full" | "pseudonymous" | "none"): Record<string, unknown> =>
    JSON.parse(
      minimised(
        "/contacts/1",
        `{"custom_attributes":{"Date of birth":"1980-02-03","DOB":"1980-02-03","Passport":"12345678","Phone":"5551234","Tel":491701234567,
        "WhatsApp":"12345678","Contact number":5551234,"Account number":"12345678","Tax ID":"12345","Phone verified":"true",
        "Seats":"12","Plan":"12345678"}}`,
        pii,
      ),
    ).custom_attributes;
  const all = attributes("full");
  const kept = ["Phone verified", "Plan", "Seats"];
  const left = Object.entries(attributes("none")).filter(([, value]) => value !== null);
  assert.deepEqual(left.map(([name]) => name).sort(), kept);
  for (const [name, value] of Object.entries(attributes("pseudonymous")))
    assert.equal(value === null || isPseudonym(String(value)), !kept.includes(name), name);
  assert.equal(all["Date of birth"], "1980-02-03");
});

test("your own id of a person stays, and an address or a phone number that is used as one goes", () => {
  const id = (text: string): unknown =>
    JSON.parse(minimised("/contacts/1", `{"external_id":"${text}"}`, "none")).external_id;
  for (const text of ["user-1247", "123456789012", "0000012345", "2026-01-02", "c0ffee00-0000-4000-8000-000000000000"])
    assert.equal(id(text), text);
  for (const text of [
    "ann@mail.example",
    "crm:ann@mail.example",
    "ann%40mail.example",
    "ann＠mail.example",
    "+49 170 1234567",
    "00491701234567",
    "01701234567",
    "(030) 1234567",
    "555-1234",
  ])
    assert.equal(id(text), null, text);
  const pseudonymOf = (text: string): string => minimised("/contacts/1", `{"external_id":"${text}"}`);
  assert.equal(pseudonymOf("ann%40mail.example"), pseudonymOf("Ann@mail.example"));
});

test("a name that could be anybody's is kept only below what it is known of", () => {
  const json =
    '{"full_name":"Ann Smith","display_name":"Ann Smith","description":"Ann wrote","content":"Ann wrote","reason":"Ann is angry","label":"Ann","result":"Ann","options":["Ann"],"website":"ann.example"}';
  for (const path of ["/contacts/1", "/conversations/1", "/tickets/1"])
    assert.deepEqual(Object.values(JSON.parse(minimised(path, json, "none"))).flat(), Array(9).fill(null), path);
  const attribute =
    '{"data":[{"full_name":"company.plan","label":"Plan","description":"What they pay for","options":["Pro"]}]}';
  assert.equal(minimised("/data_attributes", attribute, "none"), attribute);
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
