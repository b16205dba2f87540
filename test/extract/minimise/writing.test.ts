import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { People } from "../../../loader/extract/minimise/people.ts";
import { markOfBody, scrubbed, scrubbedBody } from "../../../loader/extract/minimise/writing.ts";
import { repository } from "../../tools/repository.ts";

const examples: Readonly<Record<string, string>> = {
  "Mail ann.o'neil+x@ex-ample.co.uk. Thanks": "Mail [email]. Thanks",
  "jörg@müller.example, ann%40mail.example and ann＠mail.example": "[email], [email] and [email]",
  "a soft ann\u00adlee@mail\u200b.example": "a soft [email]",
  "@ann wrote at 10:30, a < b": "@ann wrote at 10:30, a < b",
  "Call +49 (0)30 901820-12 or 030 1234567 or (415) 555-2671 or 555-2671":
    "Call [phone] or [phone] or [phone] or [phone]",
  "0049 30 901820 on 12.03.2024 and 2024-03-12 14:00": "[phone] on 12.03.2024 and 2024-03-12 14:00",
  "Card 4111 1111 1111 1111, not 4111 1111 1111 1112": "Card [card], not [number]",
  "IBAN DE89 3704 0044 0532 0130 00 please, gb29nwbk60161331926819": "IBAN [iban] please, [iban]",
  "order 12345678 of 215468100000001991": "order 12345678 of [number]",
  "sk_live_4eC39HqLyjWDarjtT1zdp7dc and AKIAIOSFODNN7EXAMPLE": "[token] and [token]",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln": "[token]",
  "password: hunter2, the token is old": "password: [token] the token is old",
  "authorization: Bearer abcdefgh1": "authorization: Bearer [token]",
  "-----BEGIN PRIVATE KEY-----\nMIIEv\n-----END PRIVATE KEY-----\nthanks": "[token]\nthanks",
  "https://shop.example/reset?key=abc#x or http://ann:pw@shop.example/a":
    "https://shop.example/reset or http://shop.example/a",
  "from 192.168.1.1 and 2001:db8::1, std::string": "from [ip] and [ip], std::string",
  "Donaudampfschifffahrtsgesellschaft, how-to-set-up-2fa-in-your-account":
    "Donaudampfschifffahrtsgesellschaft, how-to-set-up-2fa-in-your-account",
};

for (const [text, expected] of Object.entries(examples))
  test(`scrubs "${text}"`, () => {
    assert.equal(scrubbed(text, undefined), expected);
  });

test("names of those who take part go, where they begin with a capital", () => {
  const people = new People();
  people.add("Ann-Marie von Lee");
  people.add("will@mail.example");
  people.add("Will");
  assert.equal(
    people.without("Hi Ann, ANN-MARIE LEE's von. Will, will you?"),
    "Hi [name], [name]'s von. [name], will you?",
  );
});

test("a body is its visible text: nothing hides in tags, attributes, comments, or behind a tag within", () => {
  const html =
    '<p data-x="a@b.example">ann<b>@mail</b>.example &lt;b&gt; <!-- c@d.example --><a href="mailto:e@f.example">write</a><br>1 &amp; 2</p><style>g@h.example</style>';
  assert.equal(scrubbedBody(html, undefined), "<p>[email] &lt;b&gt; write<br>1 &amp; 2</p>");
});

for (const [html, whole, mark] of [
  ["", "", ""],
  ["<p> </p>", "", ""],
  ['<p><img src="https://files.example/a?token=b"></p>', "<img>", "<img>"],
  ["<p>Hello</p><img src=x>", "<p>Hello</p>", "[body not stored]"],
] as const)
  test(`whether a body says or shows something stays: "${html}"`, () => {
    assert.equal(scrubbedBody(html, undefined), whole);
    assert.equal(markOfBody(html), mark);
  });

test("staging knows the mark of a body that is not stored", () => {
  const macro = readFileSync(join(repository, "macros/parts/body_not_stored.sql"), "utf8");
  assert.ok(macro.includes(`'${markOfBody("<p>Hello</p>")}'`));
});

const hostile = [
  "@",
  "a@",
  "1",
  "1 ",
  "+1 ",
  "(1",
  "a",
  ":a",
  "a:",
  "http://",
  "www.",
  "DE89",
  "eyJ",
  "-----BEGIN ",
  "token:",
  "bearer ",
  "1.",
  "<p>",
  "&amp;",
  "\u00ad",
];
const megabyte = 2 ** 20;
const secondsMax = 10;

test("a megabyte of anything takes a time that grows with its length alone", () => {
  for (const piece of hostile) {
    const text = piece.repeat(megabyte / piece.length);
    const begin = performance.now();
    scrubbedBody(text, undefined);
    assert.ok(performance.now() - begin < secondsMax * 1000, piece);
  }
});
