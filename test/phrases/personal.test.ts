import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readRows } from "../dbt/raw-warehouse.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { buildPhrases, type Message, makeDesk, type Names, noTopics, phrasesOf } from "./desk.ts";

const names: Names = {
  contacts: {
    c1: "Zebedia Quillfeather",
    c2: "José Núñez",
    c3: "田中太郎",
    c4: "Bill Vandersloot",
    c5: "Support Requester",
  },
  companies: { k1: "Northwind Traders", k2: "Support", k3: "Invoice Inc", k4: "Sprocket GmbH", k5: "Keyboard" },
  admins: { a1: "Oona Harkonen" },
};

/** What personal data look like, each in a text that customers enough to make a phrase write. */
const canaries: Readonly<Record<string, string>> = {
  greeting: "Hi Zebedia, the blue widget is stuck",
  "first name alone": "I told zebedia of the purple gizmo",
  surname: "Quillfeather sent me the gizmo manual",
  accents: "Ask Jose Nunez for the lantern",
  "capital letters": "JOSÉ NÚÑEZ HAS THE LANTERN",
  possessive: "This is Oona's green lever",
  teammate: "oona harkonen broke the lever yesterday evening",
  "company of two words": "We at Northwind Traders love the lantern",
  "first word of a company": "Northwind ordered a lantern",
  "legal form": "Sprocket ordered the yellow pulley",
  japanese: "田中太郎の請求書",
  "part of a japanese name": "田中さんの荷物",
  "nobody in a list, greeted": "Dear Ximena Ybarra, the lantern is dark",
  "signature of nobody in a list": "The hinge squeaks\n\nKind regards,\nXimena Ybarra",
  address: "My address is ada.lovelace@example.com for the hinge",
  domain: "Our shop tinkerbell.example.com has the hinge",
  url: "See https://tinkerbell.example/path?token=abcdef for the hinge",
  www: "It is on www.tinkerbell-shop.example since May",
  handle: "Write to @hingemaster about the hinge",
  phone: "Call +49 170 1234567 or (030) 55 66 77 about the hinge",
  renamed: "Thank you Hyacinthe for the hinge",
  order: "Order AB-12345 lacks its hinge",
  "order of letters": "Ticket XKCD_QWERTY is about the hinge",
  iban: "Paid to DE89 3704 0044 0532 0130 00 for the hinge",
  path: "It is in /home/adalove/hinges/new and C:\\Users\\adalove",
};

/** No phrase has any of these, with whatever around them. */
const leaks = [
  ...[
    "zebedia",
    "quillfeather",
    "jose",
    "josé",
    "nunez",
    "núñez",
    "oona",
    "harkonen",
    "northwind",
    "traders",
    "sprocket",
  ],
  ...["田中", "太郎", "ximena", "ybarra", "ada", "lovelace", "example", "tinkerbell", "token", "hingemaster", "ab"],
  ...["xkcd", "qwerty", "hyacinthe", "adalove", "users", "vandersloot"],
];

describe("phrases", () => {
  let workFolder: string;
  let duckdbPath: string;
  let phrases: readonly string[];

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "personal-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    const messages: Message[] = Object.values(canaries).flatMap((text) => times(8, () => ({ text })));
    messages.push(...times(8, () => ({ text: "My invoice is wrong, and support is silent" })));
    messages.push(...times(25, () => ({ text: "The keyboard has a crumb" })));
    messages.push(...times(25, () => ({ text: "may vandersloot pay the bill" })));
    messages.push(...times(30, () => ({ text: "whisper of Ulrica", contact: "c1" })));
    messages.push(...times(4, (index) => ({ text: "murmur of wood", contact: `m${index % 2}` })));
    await makeDesk(duckdbPath, messages, names);
    await withDuckDb(duckdbPath, (connection) =>
      connection.run(
        `insert into intercom_raw.contacts by name
         select * replace (replace(payload::varchar, 'José Núñez', 'Hyacinthe Maro')::json as payload, _fetched_at - interval 1 day as _fetched_at)
         from intercom_raw.contacts where id = 'c2'`,
      ),
    );
    await buildPhrases(duckdbPath);
    phrases = await phrasesOf(duckdbPath);
  });

  after(() => rm(workFolder, { recursive: true }));

  for (const leak of leaks) {
    it(`have no personal data: ${leak}`, () => {
      const found = phrases.filter((phrase) => new RegExp(`(^|\\P{L})${leak}($|\\P{L})`, "u").test(` ${phrase} `));
      const inside = /\p{Script=Han}/u.test(leak) ? phrases.filter((phrase) => phrase.includes(leak)) : [];
      assert.deepEqual([...found, ...inside], []);
    });
  }

  it("have no digit, no address and no handle", () => {
    assert.deepEqual(
      phrases.filter((phrase) => /[\d@/\\_.]/.test(phrase)),
      [],
    );
  });

  it("are what is left of the same sentences", () => {
    for (const phrase of ["blue widget", "gizmo", "lantern", "lever", "hinge", "yellow pulley"])
      assert.ok(
        phrases.some((found) => found.includes(phrase)),
        `${phrase} is in none of ${phrases.join(", ")}`,
      );
  });

  it("are left where a company is called like a topic, or like a word that many write in lower case", () => {
    for (const word of ["invoice", "support", "keyboard"])
      assert.ok(
        phrases.some((phrase) => phrase.includes(word)),
        word,
      );
  });

  it("come from three customers or more", () => {
    assert.deepEqual(
      phrases.filter((phrase) => /whisper|murmur/.test(phrase)),
      [],
    );
  });

  it("name nobody in themes either", async () => {
    const rows = await readRows(duckdbPath, "select distinct theme from intercom.feedback_themes");
    const themes = rows.map((row) => String(Object(row).theme));
    assert.ok(themes.length > 3);
    assert.deepEqual(
      themes.filter((theme) => !phrases.includes(theme)),
      [],
    );
  });

  it("of a workspace with one customer are that customer's own", async () => {
    const path = join(workFolder, "of-one", "warehouse.duckdb");
    await mkdir(join(workFolder, "of-one"));
    await makeDesk(
      path,
      times(6, () => ({ text: "The hinge squeaks", contact: "c" })),
    );
    await buildPhrases(path, noTopics);
    assert.deepEqual(await phrasesOf(path), ["hinge squeaks"]);
  });
});

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
