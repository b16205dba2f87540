import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { GoogleSqlAnalyzer } from "../../dbt/googlesql.ts";
import { workIn } from "./made-up.ts";

describe("the columns that BigQuery bills a statement for", () => {
  let analyzer: GoogleSqlAnalyzer;

  before(async () => {
    analyzer = await GoogleSqlAnalyzer.start();
  });
  after(() => analyzer.stop());

  const talks = (...columns: string[]): object => ({ "p.d.talks": columns.toSorted() });
  for (const [what, sql, columns] of [
    ["those selected", "select id, body from `p.d.talks`", talks("id", "body")],
    ["none for a count of rows", "select count(*) from `p.d.talks`", talks()],
    ["none that a star names and nobody uses", "select id from (select * from `p.d.talks`)", talks("id")],
    [
      "none that a named query passes on in vain",
      "with a as (select * from `p.d.talks`), b as (select * from a) select id from b",
      talks("id"),
    ],
    [
      "none of a named query that nobody reads",
      "with a as (select * from `p.d.people`) select id from `p.d.talks`",
      talks("id"),
    ],
    ["a column used in a condition alone", "select id from `p.d.talks` where body = 'x'", talks("id", "body")],
    [
      "a column used in the key of a join alone",
      "select p.name from `p.d.people` as p left join `p.d.talks` as t on p.id = t.id",
      { "p.d.people": ["id", "name"], ...talks("id") },
    ],
    ["a column grouped by and not given", "select count(*) from `p.d.talks` group by body", talks("body")],
    ["what is counted", "select count(distinct body), max(id) from `p.d.talks`", talks("id", "body")],
    [
      "an aggregate that nobody uses: nothing",
      "select n from (select count(*) as n, max(body) as m from `p.d.talks`)",
      talks(),
    ],
    [
      "what a window orders by",
      "select id from `p.d.talks` where true qualify row_number() over (partition by body order by begun_at) = 1",
      talks("id", "body", "begun_at"),
    ],
    [
      "a window that nobody uses: nothing",
      "select id from (select id, max(body) over () as m from `p.d.talks`)",
      talks("id"),
    ],
    ["a list that is unnested", "select t.id from `p.d.talks` as t, unnest(t.tags) as tag", talks("id", "tags")],
    [
      "what EXISTS compares",
      "select name from `p.d.people` as p where exists (select 1 from `p.d.talks` as t where t.id = p.id)",
      { "p.d.people": ["id", "name"], ...talks("id") },
    ],
    [
      "what IN compares with",
      "select name from `p.d.people` where id in (select id from `p.d.talks`)",
      { "p.d.people": ["id", "name"], ...talks("id") },
    ],
    ["a value that a subquery gives", "select (select max(body) from `p.d.talks`) as b, 1 as one", talks("body")],
    [
      "a subquery that nobody uses: nothing",
      "select one from (select (select max(body) from `p.d.talks`) as b, 1 as one)",
      {},
    ],
    [
      "a column of either side of a union",
      "select id from `p.d.talks` union all select id from `p.d.people`",
      { "p.d.people": ["id"], ...talks("id") },
    ],
    [
      "none that a union passes on in vain",
      "select id from (select id, body from `p.d.talks` union all select id, name from `p.d.people`)",
      { "p.d.people": ["id"], ...talks("id") },
    ],
    [
      "each column that a distinct union compares",
      "select id from (select id, body from `p.d.talks` union distinct select id, name from `p.d.people`)",
      { "p.d.people": ["id", "name"], ...talks("id", "body") },
    ],
    [
      "what a view reads: its condition, and what is used of it",
      "select talk from `p.d.recent`",
      talks("id", "begun_at"),
    ],
    ["what a list is ordered by", "select array_agg(id order by begun_at) from `p.d.talks`", talks("id", "begun_at")],
    ["a table that a query makes", "create table `p.d.new` as select body from `p.d.talks`", talks("body")],
    ["nothing for a view that is made", "create view `p.d.new` as select body from `p.d.talks`", {}],
    ["nothing for rows that are given", "insert into `p.d.people` (id, name) values (1, 'x')", {}],
    [
      "what rows to insert are read from",
      "insert into `p.d.people` (id, name) select id, body from `p.d.talks`",
      talks("id", "body"),
    ],
    [
      "what DELETE compares",
      "delete from `p.d.talks` as t where not exists (select 1 from `p.d.people` as p where p.id = t.id)",
      { "p.d.people": ["id"], ...talks("id") },
    ],
    [
      "the keys and values of a MERGE, not the columns that it only sets",
      "merge into `p.d.talks` as t using `p.d.people` as p on t.id = p.id when matched then update set body = p.name",
      { "p.d.people": ["id", "name"], ...talks("id") },
    ],
  ] as const) {
    it(`are ${what}`, async () => {
      const { reads } = await workIn(analyzer, sql);
      const found = [...Map.groupBy(reads, ({ table }) => table)].map(([table, ofTable]) => [
        table,
        [...new Set(ofTable.flatMap((read) => [...read.columns]))].toSorted(),
      ]);
      assert.deepEqual(Object.fromEntries(found), columns);
    });
  }

  it("are unknown for a construct that nobody has thought of", async () => {
    const sql = "select * from (select id, name from `p.d.people`) pivot (count(*) for name in ('a', 'b'))";
    await assert.rejects(workIn(analyzer, sql), /the bill does not know/);
  });
});
