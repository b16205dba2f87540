import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { runDbt } from "./command.ts";

// Characters that newer versions of Unicode have added differ: an engine knows those of its time.
const newCharactersMax = 50;
const firstNewCharacter = 0x0800;

describe("the words that feedback is matched by", () => {
  let workFolder: string;
  let plainWords: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "words-"));
    const inline = ["--no-populate-cache", "--no-introspect", "--inline", "{{ plain_words('text') }}"];
    const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: join(workFolder, "warehouse.duckdb") };
    const compiled = await runDbt(["--quiet", "compile", ...inline], workFolder, environment);
    assert.equal(compiled.exitCode, 0, compiled.output);
    plainWords = compiled.output.slice(compiled.output.indexOf("concat("));
  });

  after(() => rm(workFolder, { recursive: true }));

  it("have no capitals, accents or punctuation", async () => {
    const texts = [
      "Où est l’été?",
      "Rückerstattung – SOFORT!!",
      "¿Cuánto?",
      "naïve café",
      "e-mail: a@b.c",
      "請求書です",
      "ﬁ ß Ø",
    ];
    assert.deepEqual(await wordsOf(texts), [
      " ou est l ete ",
      " ruckerstattung sofort ",
      " cuanto ",
      " naive cafe ",
      " e mail a b c ",
      // The mark on で is a diacritic to Unicode; phrases lose theirs too.
      " 請求書てす ",
      " ﬁ ß ø ",
    ]);
  });

  it("are those of BigQuery's formula for every character: decomposed, marks dropped, composed again", async () => {
    const characters: string[] = [];
    for (let code = 0x20; code < 0x1_0000; code++) {
      if (code < 0xd800 || code > 0xdfff) characters.push(String.fromCodePoint(code));
    }
    const ours = await wordsOf(characters);
    const different = characters.filter((character, index) => ours[index] !== bigQueryWords(character));
    assert.ok(different.length <= newCharactersMax, `${different.length} differ: ${different.join(" ")}`);
    assert.ok(different.every((character) => (character.codePointAt(0) ?? 0) >= firstNewCharacter));
  });

  async function wordsOf(texts: readonly string[]): Promise<unknown[]> {
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    try {
      const answer = await connection.runAndReadAll(
        `select ${plainWords} as words
         from (select unnest(from_json($1::json, '["varchar"]')) as text, generate_subscripts(from_json($1::json, '["varchar"]'), 1) as place)
         order by place`,
        [JSON.stringify(texts)],
      );
      return answer.getRowObjectsJson().map((row) => row["words"]);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }
});

/** What the macro says for BigQuery, in JavaScript, which has the same Unicode operations. */
function bigQueryWords(text: string): string {
  const plain = text.toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "").normalize("NFC");
  return ` ${plain.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
}
