import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { GoogleSqlAnalyzer } from "../../dbt/googlesql.ts";
import { sizeOf, workIn } from "./made-up.ts";
import { bill, totalBytes } from "./price.ts";

const mebibyte = 2 ** 20;
const june = "timestamp '2026-06-01 00:00:00+00'";
/** All columns of `talks`, and those of a month of it. */
const rowBytes = 8 + 100 + 8 + 30;
const monthBytes = rowBytes * 1e6;

describe("what BigQuery bills", () => {
  let analyzer: GoogleSqlAnalyzer;
  const billed = async (sql: string): Promise<number> => totalBytes(bill(await workIn(analyzer, sql), sizeOf));

  before(async () => {
    analyzer = await GoogleSqlAnalyzer.start();
  });
  after(() => analyzer.stop());

  it("are whole megabytes", async () => {
    assert.equal(await billed("select id from `p.d.talks`"), Math.ceil((8 * 15e6) / mebibyte) * mebibyte);
  });

  it("is at least 10 MB for each table named", async () => {
    assert.equal(await billed("select name from `p.d.people`"), 10 * mebibyte);
    const both = "select p.name from `p.d.people` as p join `p.d.talks` as t on t.id = p.id";
    assert.equal(await billed(both), (await billed("select id from `p.d.talks`")) + 10 * mebibyte);
  });

  it("is 10 MB also for a table of which a condition leaves nothing", async () => {
    const sql = "select p.name from `p.d.people` as p cross join (select id from `p.d.talks` where false)";
    assert.equal(await billed(sql), 20 * mebibyte);
  });

  it("is nothing for a query that reads no byte", async () => {
    assert.equal(await billed("select count(*) from `p.d.talks`"), 0);
    assert.equal(await billed("select 1"), 0);
    assert.equal(await billed("select * from `p.d.talks` where false limit 0"), 0);
    assert.equal(await billed("insert into `p.d.people` (id, name) values (1, 'x')"), 0);
  });

  it("is once for a table named twice, by the columns of both places", async () => {
    const twice = "select a.id, b.body from `p.d.talks` as a join `p.d.talks` as b on a.id = b.id";
    assert.equal(await billed(twice), await billed("select id, body from `p.d.talks`"));
  });

  it("is for MERGE the keys of the months that it names, and all their columns", async () => {
    const merge = (on: string): string =>
      `merge into \`p.d.talks\` as t using \`p.d.people\` as p on t.id = p.id ${on} when matched then update set body = p.name when not matched then insert (id, body) values (p.id, p.name)`;
    const month = Math.ceil((16e6 + monthBytes) / mebibyte) * mebibyte;
    assert.equal(await billed(merge(`and timestamp_trunc(t.begun_at, month) in (${june})`)), month + 10 * mebibyte);
    const all = Math.ceil((15 * (8e6 + monthBytes)) / mebibyte) * mebibyte;
    assert.equal(await billed(merge("")), all + 10 * mebibyte);
  });

  it("is for a MERGE that only inserts what it reads", async () => {
    const merge =
      "merge into `p.d.talks` as t using `p.d.people` as p on t.id = p.id when not matched then insert (id, body) values (p.id, p.name)";
    assert.equal(await billed(merge), (await billed("select id from `p.d.talks`")) + 10 * mebibyte);
  });

  it("is for a MERGE that changes what its source lacks the whole table", async () => {
    const merge = `merge into \`p.d.talks\` as t using \`p.d.people\` as p on t.id = p.id and t.begun_at >= ${june} when not matched by source then delete`;
    assert.equal(await billed(merge), Math.ceil((15 * (16e6 + monthBytes)) / mebibyte) * mebibyte + 10 * mebibyte);
  });

  it("is for DELETE and UPDATE the columns named and the whole months named", async () => {
    const month = Math.ceil((16e6 + monthBytes) / mebibyte) * mebibyte;
    assert.equal(await billed(`delete from \`p.d.talks\` as talks where id = 3 and begun_at >= ${june}`), month);
    assert.equal(
      await billed(`update \`p.d.talks\` as talks set body = 'x' where id = 3 and begun_at >= ${june}`),
      month,
    );
  });

  it("is an error for a table or column that was not measured", async () => {
    const work = await workIn(analyzer, "select name from `p.d.people`");
    const unknown = () => ({ rows: 1, bytesOf: new Map(), partitions: undefined });
    assert.throws(() => bill(work, unknown), /no size is known of the column name/);
  });
});
