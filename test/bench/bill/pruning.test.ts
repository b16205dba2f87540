import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { GoogleSqlAnalyzer } from "../../dbt/googlesql.ts";
import { sizeOf, workIn } from "./made-up.ts";
import { bill } from "./price.ts";

// `talks` has fourteen months, May 2025 to June 2026, and a partition without a time: a million rows each. An id has 8 bytes.
const bytesOfAPartition = 8e6;

describe("the partitions of a table that a query reads", () => {
  let analyzer: GoogleSqlAnalyzer;

  before(async () => {
    analyzer = await GoogleSqlAnalyzer.start();
  });
  after(() => analyzer.stop());

  const june = "timestamp '2026-06-01 00:00:00+00'";
  const may = "timestamp '2026-05-01 00:00:00+00'";
  for (const [what, count, sql] of [
    ["all without a condition", 15, "select id from `p.d.talks`"],
    ["one month by a literal", 1, `select id from \`p.d.talks\` where timestamp_trunc(begun_at, month) = ${june}`],
    [
      "two months by a list",
      2,
      `select id from \`p.d.talks\` where timestamp_trunc(begun_at, month) in (${june}, ${may})`,
    ],
    [
      "a month or none",
      2,
      `select id from \`p.d.talks\` where (timestamp_trunc(begun_at, month) in (${june}) or begun_at is null)`,
    ],
    ["those from a time on", 2, "select id from `p.d.talks` where begun_at >= timestamp '2026-05-20 00:00:00+00'"],
    [
      "those from a time on, in seconds",
      1,
      `select id from \`p.d.talks\` where begun_at >= timestamp_seconds(${Date.UTC(2026, 5, 10) / 1000})`,
    ],
    ["those before a time", 1, "select id from `p.d.talks` where begun_at < timestamp '2025-06-01 00:00:00+00'"],
    [
      "a stretch",
      2,
      `select id from \`p.d.talks\` where begun_at between ${may} and timestamp '2026-06-02 00:00:00+00'`,
    ],
    ["the constant on the left", 1, `select id from \`p.d.talks\` where ${june} <= begun_at`],
    ["none for false", 0, "select id from `p.d.talks` where false"],
    [
      "one with a condition that is not known beside",
      1,
      `select id from \`p.d.talks\` where begun_at >= ${june} and length(body) > 3`,
    ],
    [
      "one or none with a condition that is not known beside",
      2,
      `select id from \`p.d.talks\` where (begun_at >= ${june} and length(body) > 3) or begun_at is null`,
    ],
    [
      "all with an alternative that is not known",
      15,
      `select id from \`p.d.talks\` where begun_at >= ${june} or length(body) > 3`,
    ],
    [
      "all for the time of another table",
      15,
      `select t.id from \`p.d.talks\` as t join \`p.d.days\` as d on date(t.begun_at) = d.day where d.day >= '2026-06-01'`,
    ],
    [
      "all for what a subquery finds",
      15,
      "select id from `p.d.talks` where begun_at >= (select timestamp(max(day)) from `p.d.days`)",
    ],
    [
      "one through a named query",
      1,
      `with a as (select * from \`p.d.talks\`) select id from a where begun_at >= ${june}`,
    ],
    [
      "each month of a named query that is read twice",
      2,
      `with a as (select id, begun_at as started from \`p.d.talks\`) select id from a where timestamp_trunc(started, month) = ${june} union all select id from a where timestamp_trunc(started, month) = ${may}`,
    ],
    [
      "one through a union",
      1,
      `select id from (select id, begun_at from \`p.d.talks\` union all select id, begun_at from \`p.d.talks\`) where begun_at >= ${june}`,
    ],
    [
      "one through a view, beside its own condition",
      1,
      `select talk from \`p.d.recent\` where timestamp_trunc(begun_at, month) = ${june}`,
    ],
    [
      "all through a window",
      15,
      `select id from (select id, begun_at, count(*) over () as n from \`p.d.talks\`) where begun_at >= ${june} and n > 0`,
    ],
    [
      "all through a limit",
      15,
      `select id from (select id, begun_at from \`p.d.talks\` limit 9) where begun_at >= ${june}`,
    ],
    [
      "all through a group",
      15,
      `select id from (select id, max(begun_at) as newest from \`p.d.talks\` group by id) where newest >= ${june}`,
    ],
    [
      "one by the ON of an outer join, on the side that may be missing",
      1,
      `select p.id, t.id as talk from \`p.d.people\` as p left join \`p.d.talks\` as t on p.id = t.id and t.begun_at >= ${june}`,
    ],
    [
      "all by the ON of an outer join, on the side that stays",
      15,
      `select t.id from \`p.d.talks\` as t left join \`p.d.people\` as p on p.id = t.id and t.begun_at >= ${june}`,
    ],
    [
      "all for what is missing after an outer join",
      15,
      "select t.id from `p.d.people` as p left join `p.d.talks` as t on p.id = t.id where t.begun_at is null",
    ],
    [
      "all by days of another time zone",
      15,
      "select id from `p.d.talks` where date(begun_at, 'Asia/Tokyo') >= '2026-06-02'",
    ],
  ] as const) {
    it(`are ${what}`, async () => {
      const work = await workIn(analyzer, sql);
      const [talks] = bill(work, sizeOf).filter(({ table }) => table === "p.d.talks");
      const begunAt = work.reads.some(({ columns }) => columns.has("begun_at")) ? 2 : 1;
      const body = work.reads.some(({ columns }) => columns.has("body")) ? 100 / 8 : 0;
      assert.equal(Math.round((talks?.processed ?? 0) / bytesOfAPartition / (begunAt + body)), count);
    });
  }

  it("are those of dates by a literal date", async () => {
    const work = await workIn(analyzer, "select count from `p.d.days` where day >= date '2026-05-02'");
    assert.deepEqual(
      bill(work, sizeOf).map(({ processed }) => Math.round(processed)),
      [2 * 16e6],
    );
  });
});
