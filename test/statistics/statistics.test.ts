import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { type FakeIntercom, startFakeIntercom } from "../fake/intercom/server.ts";
import { DemoWarehouse } from "./demo-warehouse.ts";
import { type CheckReport, compilePanelQueries, runCheck } from "./python-check.ts";

const day = 86_400;
/** From the evening on which the desk's clock starts to the morning of the first: what is open and unrated then is so in the data. */
const untilTheFirstSeconds = day / 2;
/** Two more months come into the account-months, and many conversations of the months before go on. */
const laterSeconds = 70 * day;
const features = [
  "tickets",
  "customer_messages",
  "reopened_tickets",
  "open_tickets",
  "median_first_reply_seconds",
  "median_resolution_seconds",
  "low_ratings",
  "average_rating",
  "bot_only_tickets",
  "days_since_last_ticket",
];
/** What a careless model would take: the tickets of the window as they are today. */
const leakyFeatures = `
  select account_months.account_id, account_months.month,
    count(*) filter (where today.state = 'open') as open_tickets_of_the_window,
    avg(today.rating) as average_rating_of_the_window,
    sum(facts.count_reopens) as reopenings_of_the_window
  from intercom.account_months
  inner join intercom_staging.int_account_conversations as conversations using (account_id)
  inner join intercom.conversations as today using (workspace_id, conversation_id)
  inner join intercom_staging.int_conversation_facts as facts using (workspace_id, conversation_id)
  where conversations.is_ticket and today.created_at < account_months.month
    and today.created_at >= account_months.month - interval 90 days
  group by all`;

describe("the churn marts of the demo", () => {
  let fake: FakeIntercom;
  let warehouse: DemoWarehouse;
  let report: CheckReport;
  let found: unknown[];
  let earlierPath: string;

  before(async () => {
    fake = await startFakeIntercom({ seed: 1, conversations: 2000 });
    warehouse = await DemoWarehouse.create(fake);
    fake.world.advance(untilTheFirstSeconds);
    await warehouse.build();
    earlierPath = await warehouse.copy("earlier.duckdb");
    found = await warehouse.rows(
      "select feature from intercom.churn_correlations where score_q_value < 0.05 and slope > 0 order by feature",
    );
    report = await runCheck(await compilePanelQueries(warehouse.folder), warehouse.path, "intercom");
    fake.world.advance(laterSeconds);
    await warehouse.build();
  });

  after(async () => {
    await fake.close();
    await warehouse.remove();
  });

  const subjects = ["correlations", "buckets", "topics", "survival"];
  const names = [
    "tails",
    ...["random panels", "telco"].flatMap((data) => [...subjects, "log-rank"].map((subject) => `${data}: ${subject}`)),
    ...subjects.map((subject) => `demo: ${subject}`),
    ...["random panels", "demo"].map((data) => `${data}: log-odds`),
  ];
  for (const name of names) {
    it(`are what scipy, statsmodels and lifelines say, to 1e-6: ${name}`, () => {
      const comparison = report.comparisons.find((candidate) => candidate.name === name);
      assert.deepEqual(comparison?.failures, []);
      assert.ok(comparison.compared > 0 && comparison.worst_relative_error <= 1e-6);
    });
  }

  it("find no more than the nominal share where nothing is, over forty seeds", () => {
    assert.equal(report.seeds, 40);
    assert.ok(report.false_feature_share <= 0.05, `${report.false_feature_share} of the features`);
    assert.ok(report.false_topic_share <= 0.05, `${report.false_topic_share} of the topics`);
  });

  it("take a tag that chance put on tickets for a sign of churn no more often than they say", () => {
    const shares = Object.entries(report.false_tag_shares);
    assert.deepEqual(
      shares.map(([tagged]) => tagged),
      ["0.1", "0.2", "0.4"],
    );
    for (const [tagged, found] of shares) assert.ok(found <= 0.08, `${found} of the tags on ${tagged} of the tickets`);
  });

  it("compare within quarters: otherwise what spreads while churn grows would seem to go with it", () => {
    const { in_strata, at_any_time } = report.false_drifting_tag_shares;
    assert.ok(in_strata <= 0.08, `${in_strata} of the tags`);
    assert.ok(at_any_time > 0.1, `only ${at_any_time} of the tags without the calendar`);
  });

  it("have intervals that hold the truth, from forty accounts to three hundred", () => {
    assert.deepEqual(
      report.coverage.map(({ accounts }) => accounts),
      [40, 100, 300],
    );
    for (const { accounts, rates, rates_held, odds_ratios, odds_ratios_held } of report.coverage) {
      assert.ok(rates >= 300 && rates_held >= 0.92, `${rates_held} of ${rates} rates of ${accounts} accounts`);
      assert.ok(odds_ratios >= 50 && odds_ratios_held >= 0.92, `${odds_ratios_held} of ${odds_ratios} odds ratios`);
    }
    const [, , many] = report.coverage;
    assert.ok(many !== undefined && many.odds_ratios_held_unclustered < 0.92, "accounts' months would be independent");
  });

  it("seldom find anything where nothing is, also where a few of forty accounts write most: the slope's own test often does", () => {
    assert.ok(report.misled_share <= 0.1, `${report.misled_share} of the panels`);
    assert.ok(report.misled_share_by_slope > 0.15, `${report.misled_share_by_slope} of the panels by slope_se`);
  });

  it("find what is planted, and hold it in about 95 of 100 intervals", () => {
    assert.ok(report.odds_ratios_found >= 39 && report.slopes_found >= 39);
    assert.ok(report.odds_ratios_covered >= 35, `${report.odds_ratios_covered} of 40 odds ratios`);
    assert.ok(report.slopes_covered >= 35, `${report.slopes_covered} of 40 slopes`);
  });

  it("find a phrase that is four times as frequent as before, and seldom one where none is", () => {
    assert.ok(report.planted_phrases_found >= 38, `${report.planted_phrases_found} of 40`);
    assert.ok(report.phrases_found_by_chance_share <= 0.05, `${report.phrases_found_by_chance_share} of the panels`);
  });

  it("find what the demo's accounts churn of: slow first replies, low ratings, reopened tickets", () => {
    const planted = ["low_ratings", "median_first_reply_seconds", "reopened_tickets"];
    assert.deepEqual(
      planted.filter((feature) => !found.some((row) => Object(row).feature === feature)),
      [],
    );
  });

  it("have the features that they had before the later events happened", async () => {
    assert.deepEqual(await changedSince("select * from intercom.account_months", features), []);
  });

  it("would be caught looking into the future", async () => {
    const columns = ["open_tickets_of_the_window", "average_rating_of_the_window", "reopenings_of_the_window"];
    const changed = await changedSince(leakyFeatures, columns);
    assert.deepEqual(changed.map((row) => Object(row).feature).toSorted(), columns.toSorted());
  });

  /** The columns that differ in account-months known before and after, and in how many. */
  async function changedSince(query: string, columns: readonly string[]): Promise<unknown[]> {
    const before = query.replaceAll(/\b(intercom|intercom_staging)\./g, "earlier.$1.");
    const now = query.replaceAll(/\b(intercom|intercom_staging)\./g, "later.$1.");
    const counts = columns.map(
      (column) =>
        `select '${column}' as feature, count(*) filter (where was.${column} is distinct from become.${column})::integer
           as changed from was inner join become using (account_id, month)`,
    );
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    try {
      await connection.run(`attach '${earlierPath}' as earlier (read_only)`);
      await connection.run(`attach '${warehouse.path}' as later (read_only)`);
      const answer = await connection.runAndReadAll(
        `with was as (${before}), become as (${now}), counted as (${counts.join(" union all ")})
         select * from counted where changed > 0 order by feature`,
      );
      return answer.getRowObjectsJson();
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }
});
