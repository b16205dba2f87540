import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { agesOfChanged, monthsTouched } from "./ages.ts";
import { answersIn, type Found } from "./answers.ts";
import { KeptRows } from "./kept-rows.ts";

const found: Found = {
  now: 1000,
  months: ["2026-06", "2026-05"],
  changes: 3,
  rawTables: [{ name: "tags", rows: 7 }],
  versionOf: () => "1",
  losesRows: (model) => model === "loses",
};
const answer = answersIn(found);
const ask = (sql: string, columns: readonly string[] = [], model = "keeps") => answer({ sql, columns, model });

describe("a question that dbt asks while it builds", () => {
  it("about months has those of the conversations that changed", () => {
    assert.deepEqual(ask("select distinct x as month from (select 1)", ["month"]), [["2026-06"], ["2026-05"]]);
  });

  it("about what is gone has none, unless the model lost rows", () => {
    const sql =
      "select distinct x as month from (select * from a where not exists (\n select 1\n from `b` as kept where true))";
    assert.deepEqual(ask(sql, ["month"]), []);
    assert.deepEqual(ask(sql, ["month"], "loses"), [["2026-06"], ["2026-05"]]);
  });

  it("of a data test has no failure", () => {
    assert.deepEqual(ask("select 1", ["failures", "should_warn", "should_error"]), [["0", "false", "false"]]);
  });

  it("about raw tables has their rows, all of complete loads", () => {
    assert.deepEqual(ask("select 1", ["name", "rows_count"]), [["tags", "7"]]);
    const columns = ["stream", "loads_count", "loads_complete", "rows_loaded", "newest_load", "recent_loads"];
    const [tags = []] = ask("select 1", columns) ?? [];
    assert.deepEqual(tags.slice(0, -1), ["tags", "1", "1", "7", "1000"]);
    assert.equal(new Set(tags.at(-1)?.split(" ")).size, 10);
  });

  it("about what changed has as many rows as there are changes, each with their number and months", () => {
    const columns = ["workspace_id", "conversation_id", "created_at", "built_from", "changes_count", "months"];
    const rows = ask("select 1", columns) ?? [];
    assert.equal(rows.length, 3);
    assert.equal(new Set(rows.map(([, id]) => id)).size, 3);
    assert.deepEqual(rows[0]?.slice(2), ["2026-06-01 00:00:00.000000+00", "0123456789ab", "3", "2026-06 2026-05"]);
    assert.deepEqual(ask("select 1", ["workspace_id", "week", "changes_count", "months"])?.[0]?.[1], "2026-06-01");
  });

  it("about settled rows has no difference", () => {
    assert.deepEqual(ask("with a as (select 1) select count(*) from a having sum(rows_count) <> 0", ["f0_"]), [["0"]]);
  });

  it("about the hash of rows has one that changes with them, however it is asked", () => {
    const hash = "bit_xor(farm_fingerprint(to_json_string(r)))";
    assert.deepEqual(ask(`select count(*), ${hash} from \`t\` as r`, ["a", "b"]), [["1", "1"]]);
    assert.deepEqual(ask(`select concat('x', cast(${hash} as string)) from \`t\` as r`, ["a"]), [["1"]]);
  });

  it("is an error when nobody has planned an answer: what is sent next depends on it", () => {
    assert.throws(() => ask("select max(id) from `p`.`d`.`t`", ["id"]), /has no answer to: select max\(id\)/);
  });

  it("is none when a statement asks nothing", () => {
    assert.equal(ask("/* {} */ create table `p`.`d`.`t` as (select 1 as one)"), undefined);
  });
});

describe("rows that a build inserts by their values", () => {
  const kept = new KeptRows();
  kept.take(
    "/* x */ insert into `p`.`d`.`builds` (node, inputs, run) values ('a', 'it''s', 1), ('b', null, 1)".replace(
      "''",
      "\\'",
    ),
  );
  kept.take("insert into `p`.`d`.`builds` (node, inputs, run) values ('a', '2', 2), ('c, (d)', '3', 2)");

  it("come back to who asks for the newest of each", () => {
    const sql =
      "select node, inputs, run\n from `p`.`d`.`builds`\n where true\n qualify row_number() over (partition by node order by run desc) = 1";
    assert.deepEqual(kept.answer(sql), [
      ["a", "2", "2"],
      ["b", null, "1"],
      ["c, (d)", "3", "2"],
    ]);
  });

  it("are no answer to another question", () => {
    assert.equal(kept.answer("select max(run) from `p`.`d`.`builds`"), undefined);
  });
});

describe("the months in which changed conversations began", () => {
  it("are one for conversations of the same day, two where half are a month old", () => {
    assert.equal(monthsTouched([0, 0, 0], 1), 1);
    assert.equal(monthsTouched([0.01, 30.5], 100), 2);
    assert.equal(monthsTouched([0.01, 30.5], 1), 1);
  });

  it("are more for more changes", () => {
    const ages = Array.from({ length: 1000 }, (_, index) => index);
    assert.ok(monthsTouched(ages, 10) < monthsTouched(ages, 1000));
  });

  it("follow the ages that the generator's desk has", () => {
    const ages = agesOfChanged();
    assert.ok(ages.length > 100);
    assert.ok(ages.every((age) => age >= 0));
    assert.ok(Math.max(...ages) > 7);
  });
});
