import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { RawRow } from "../../loader/load/raw-tables.ts";
import { runDbt, targetFolder } from "./command.ts";
import { makeRawWarehouse, type RawRows, readRows } from "./raw-warehouse.ts";

const sentenceCharactersMax = 1000;

/** What people and their tools paste into a messenger, each longer than any model should have to compare with itself. */
const longMessages: Readonly<Record<string, string>> = {
  log: `${"the export was slow and late again ".repeat(7_200)}refund`,
  shortLines: `${"late\n".repeat(20_000)}refund`,
  word: `${"a".repeat(300_000)} refund`,
  fullStops: `${". ".repeat(50_000)}refund`,
  quoted: `refund\n${"> > > > late\n".repeat(50_000)}`,
  quoteMarks: `${"> ".repeat(50_000)}\nrefund`,
  headers: `refund\n${"On the day we x\n".repeat(15_000)}`,
  emoji: `${"😀".repeat(100_000)} refund`,
  marks: `${"a\u0301\u0323".repeat(50_000)} refund`,
  rightToLeft: `${"\u202e\u05d0\u05d1 ".repeat(50_000)}refund`,
};

/** Of exactly the most characters, and one more. */
const fits = `${"word ".repeat(199)}words`.slice(0, sentenceCharactersMax);
const doesNotFit = `${"word ".repeat(200)}x`;
const longSentences: Readonly<Record<string, string>> = { fits, doesNotFit, fitsAndDoesNotFit: `${fits}\n${fits}.` };

const loadedAt = "2026-01-02 00:00:00";
const companiesOfOneContact = 20_000;

describe("the feedback in long messages", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "long-messages-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, rawRows());
    const scope = [
      "--select",
      "+product_feedback",
      "int_feedback_sentences",
      "int_feedback_phrases",
      "int_contact_companies",
    ];
    const built = await runDbt(["build", ...scope, "--exclude-resource-type", "unit_test", "test"], workFolder, {
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: duckdbPath,
    });
    assert.equal(built.exitCode, 0, built.output);
  });

  after(() => rm(workFolder, { recursive: true }));

  it("is looked for in sentences that have a most of characters", async () => {
    const longest = await readRows(
      duckdbPath,
      "select max(length(sentence))::integer as characters from intercom_staging.int_feedback_sentences",
    );
    assert.deepEqual(longest, [{ characters: sentenceCharactersMax }]);
  });

  for (const kind of Object.keys(longMessages)) {
    it(`is found to the end of the message: ${kind}`, async () => {
      const quotes = await readRows(
        duckdbPath,
        `select length(quote) <= ${sentenceCharactersMax} as is_short, contains(quote, 'refund') as is_it
         from intercom.product_feedback where topic = 'refund' and conversation_id = '${kind}'`,
      );
      assert.deepEqual(quotes, [{ is_short: true, is_it: true }]);
    });
  }

  it("is cut at blanks, without losing a word, and only where a sentence is too long", async () => {
    const rows = await readRows(
      duckdbPath,
      `select conversation_id as kind, list(sentence order by sentence_number) as sentences
       from intercom_staging.int_feedback_sentences where conversation_id in ('fits', 'doesNotFit', 'fitsAndDoesNotFit')
       group by all order by all`,
    );
    assert.deepEqual(rows, [
      { kind: "doesNotFit", sentences: ["word ".repeat(200).trim(), "x"] },
      { kind: "fits", sentences: [fits] },
      { kind: "fitsAndDoesNotFit", sentences: [fits, "word ".repeat(199).trim(), "words."] },
    ]);
  });

  it("costs no more than the text is long: no plan carries a whole text or array beside each of its pieces", async () => {
    for (const model of [
      "feedback/int_feedback_sentences",
      "feedback/int_feedback_matches",
      "feedback/int_feedback_phrases",
      "support/int_contact_companies",
    ]) {
      const compiled = join(
        targetFolder(workFolder),
        "compiled/intercom_warehouse/models/intermediate",
        `${model}.sql`,
      );
      const plan = await readRows(duckdbPath, `explain ${await readFile(compiled, "utf8")}`);
      assert.doesNotMatch(JSON.stringify(plan), /DELIM_JOIN/, model);
    }
  });

  it("has phrases from its first thirty sentences", async () => {
    const rows = await readRows(
      duckdbPath,
      `select max(sentence_number)::integer as sentences, count(*) filter (where conversation_id = 'shortLines')::integer as of_short_lines
       from intercom_staging.int_feedback_phrases`,
    );
    assert.deepEqual(rows, [{ sentences: 30, of_short_lines: 30 }]);
  });

  it("does not stop at a contact of many companies", async () => {
    const companies = await readRows(
      duckdbPath,
      "select count(*)::integer as companies from intercom_staging.int_contact_companies",
    );
    assert.deepEqual(companies, [{ companies: companiesOfOneContact }]);
  });
});

function rawRows(): RawRows {
  const manyCompanies = Array.from({ length: companiesOfOneContact }, (_, index) => ({ id: `co${index}` }));
  return {
    _loads: [
      { _workspace_id: "w", _load_id: "load", stream: "conversations", status: "complete", _loaded_at: loadedAt },
    ],
    contacts: [{ ...provenance(), id: "p1", payload: { id: "p1", companies: { data: manyCompanies } } }],
    conversations: Object.entries({ ...longMessages, ...longSentences }).map(([id, text]) => ({
      ...provenance(),
      id,
      state: "open",
      created_at: "2026-01-01 12:00:00",
      updated_at: "2026-01-01 12:00:00",
      body_text: text,
      payload: { source: { delivered_as: "customer_initiated", author: { type: "user", id: "p1" } } },
    })),
  };
}

function provenance(): RawRow {
  return { _workspace_id: "w", _load_id: "load", _fetched_at: loadedAt, _loaded_at: loadedAt };
}
