import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readRows } from "../dbt/raw-warehouse.ts";
import { Dice } from "../fault/dice.ts";
import { buildPhrases, type Message, makeDesk } from "./desk.ts";

const weeks = 9;
/** Workspaces in which nothing changes: each has the same words in other weeks. */
const quietWorkspaces = 20;
const messagesOfWorkspace = 540;
const vocabulary = 120;
/** Of so many workspaces without a change, one in twenty may find one by chance. */
const foundByChanceMax = 2;

describe("the judgements of a phrase", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "judgements-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    const quiet = times(quietWorkspaces, (number) => chatter(`quiet ${number}`, number)).flat();
    await makeDesk(duckdbPath, [...quiet, ...chatter("w", 99), ...planted()]);
    await buildPhrases(duckdbPath);
  });

  after(() => rm(workFolder, { recursive: true }));

  it("find a phrase that rises, also one that nobody used before", async () => {
    assert.deepEqual(await found("is_rising", "w"), ["lantern flickers", "pulley stuck"]);
  });

  it("do not take one customer who writes much for a trend, nor a phrase that is as frequent as before", async () => {
    const rows = await figures(
      "phrase in ('hinge squeaks', 'drawer jams')",
      "rising_customers::integer as newest, is_rising",
    );
    assert.deepEqual(rows, [
      { phrase: "drawer jams", newest: 10, is_rising: false },
      { phrase: "hinge squeaks", newest: 2, is_rising: false },
    ]);
  });

  it("find nothing that rises where nothing does, but by chance", async () => {
    const rows = await readRows(
      duckdbPath,
      `select count(distinct workspace_id) filter (where is_rising)::integer as found,
         count(*) filter (where is_rising_sufficient) > 1000 as is_asked,
         avg((rising_p_value < 0.05)::integer) <= 0.05 as is_in_bounds
       from intercom.feedback_phrases where workspace_id like 'quiet %'`,
    );
    const { found: foundByChance, is_asked, is_in_bounds } = Object(rows[0]);
    assert.ok(foundByChance <= foundByChanceMax, `${foundByChance} workspaces`);
    assert.deepEqual([is_asked, is_in_bounds], [true, true]);
  });

  it("find what goes with low ratings, against other rated conversations", async () => {
    assert.deepEqual(await found("is_low_rating", "w"), ["screen is cracked"]);
    const [row] = await figures(
      "phrase = 'screen is cracked'",
      "low_rating_customers::integer as low, low_rating_other_customers::integer as other",
    );
    assert.deepEqual(row, { phrase: "screen is cracked", low: 20, other: 2 });
  });

  it("find what no topic covers", async () => {
    const rows = await figures(
      "phrase in ('screen is cracked', 'refund')",
      "uncovered_messages::integer as uncovered, uncovered_z > 0 as is_more",
    );
    assert.deepEqual(rows, [
      { phrase: "refund", uncovered: 0, is_more: false },
      { phrase: "screen is cracked", uncovered: 22, is_more: true },
    ]);
  });

  it("are of one phrase where wordings differ by order, endings and stop words", async () => {
    const rows = await figures("phrase like '%compass%'", "conversations::integer as conversations");
    assert.deepEqual(rows, [{ phrase: "adjust my compass", conversations: 16 }]);
  });

  it("come with three sentences, each of another customer", async () => {
    const [row] = await figures("phrase = 'hinge squeaks'", "len(quotes)::integer as quotes, quotes::varchar as texts");
    assert.equal(Object(row).quotes, 3);
    assert.match(String(Object(row).texts), /squeaks/);
  });

  async function found(judgement: string, workspace: string): Promise<string[]> {
    const rows = await readRows(
      duckdbPath,
      `select phrase from intercom.feedback_phrases where ${judgement} and workspace_id = '${workspace}' order by 1`,
    );
    return rows.map((row) => String(Object(row).phrase));
  }

  function figures(where: string, columns: string): Promise<unknown[]> {
    return readRows(
      duckdbPath,
      `select phrase, ${columns} from intercom.feedback_phrases where workspace_id = 'w' and (${where}) order by 1`,
    );
  }
});

/** Messages of words drawn by chance, some more frequent than others, in weeks drawn by chance. */
function chatter(workspace: string, seed: number): Message[] {
  const { random } = new Dice(seed);
  const word = (): string => wordOf(Math.floor(vocabulary * random() ** 2));
  return times(messagesOfWorkspace, (index) => ({
    text: `${word()} ${word()} and ${word()}`,
    contact: `${workspace} ${index % 200}`,
    day: Math.floor(random() * weeks * 7),
    ...(random() < 0.4 ? { rating: 1 + Math.floor(random() * 5) } : {}),
    workspace,
  }));
}

function planted(): Message[] {
  const weekly = (text: string, counts: (week: number) => number, contact?: string): Message[] =>
    times(weeks, (week) =>
      times(counts(week), (index) => ({
        text,
        day: week * 7 + (index % 7),
        ...(contact === undefined ? {} : { contact }),
      })),
    ).flat();
  const last = weeks - 1;
  return [
    ...weekly("The lantern flickers", (week) => (week === last ? 16 : 2)),
    ...weekly("Pulley stuck", (week) => (week === last ? 12 : 0)),
    ...weekly("The drawer jams", () => 10),
    ...weekly("The hinge squeaks", () => 1),
    ...weekly("The hinge squeaks", (week) => (week === last ? 40 : 0), "chatty"),
    ...times(20, (index) => ({ text: "The screen is cracked", rating: 1, day: index })),
    ...times(2, (index) => ({ text: "The screen cracked", rating: 5, day: index })),
    ...times(30, (index) => ({ text: "I want a refund", day: index })),
    ...times(6, (index) => ({ text: "adjust my compass", day: index })),
    ...times(5, (index) => ({ text: "Adjusting the compasses", day: index })),
    ...times(5, (index) => ({ text: "compass to adjust", day: index })),
  ];
}

/** A word of its own for each number, with an ending that no stem takes. */
function wordOf(number: number): string {
  const letters = "bcdfghklmp";
  return `${[...String(number).padStart(3, "0")].map((digit) => `${letters[Number(digit)]}u`).join("")}x`;
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
