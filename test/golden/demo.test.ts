import assert from "node:assert/strict";
import { after, test } from "node:test";
import { checkMetrics, unexplainedFigures } from "../checker/conversation/check.ts";
import { checkGrains } from "../checker/grains/check.ts";
import { checkBacklog } from "../checker/periods/backlog.ts";
import { checkWorld } from "../checker/world.ts";
import { startFakeIntercom } from "../fake/intercom/server.ts";
import { type Happening, happeningsByHand } from "./desk-history.ts";
import { brokenIdentities } from "./identities.ts";
import { martsSchema, Pipeline, rawSchema } from "./pipeline.ts";

const conversations = 1500;
// One team has hours of its own.
const scheduleOfTeam = { "5017004": "9002" };
const vars = { office_hours_of_teams: scheduleOfTeam };
const hour = 3600;
const day = 24 * hour;

// The harder of the searches that the API allows: bounds may be strict, and results come in any order.
const fake = await startFakeIntercom({ conversations, seed: 1, searchIsStrict: true, searchOrder: "shuffled" });
const pipeline = await Pipeline.create();

after(async () => {
  await fake.close();
  await pipeline.remove();
});

/** Each chapter is a build; before it the desk lives on, happening by happening, and is synced after each. */
const chapters: readonly { readonly name: string; readonly happenings: () => readonly Happening[] }[] = [
  { name: "as found", happenings: () => [() => undefined] },
  { name: "after hours and days", happenings: () => [hour, 5 * hour, day, 4 * day].map(later) },
  { name: "after weeks", happenings: () => [14 * day, 21 * day].map(later) },
  { name: "after changes by hand", happenings: () => happeningsByHand(fake.world) },
];

test("every mart row of the generated desk equals the checker's, sync after sync", async (context) => {
  const syncedAt: number[] = [];
  let workspaceId = "";
  for (const [index, { name, happenings }] of chapters.entries()) {
    await context.test(name, async () => {
      for (const happen of happenings()) {
        happen(fake.world);
        const summary = await pipeline.sync(fake);
        const rejected = [...summary.streams].filter(([, stream]) => stream.rejected > 0).map(([stream]) => stream);
        assert.deepEqual(rejected, []);
        syncedAt.push(fake.world.clock());
        workspaceId = summary.workspaceId;
      }
      await pipeline.build({ vars, isTested: index === chapters.length - 1 });
      const [report, metrics, grains, backlog, unexplained, broken] = await pipeline.read(async (connection) => {
        const marts = { connection, schema: martsSchema, workspaceId };
        return [
          await checkWorld(marts, fake.world, syncedAt),
          await checkMetrics(marts, fake.world, syncedAt, scheduleOfTeam),
          await checkGrains(marts, fake.world, syncedAt, scheduleOfTeam, rawSchema),
          await checkBacklog(marts, fake.world, syncedAt),
          await unexplainedFigures(marts),
          await brokenIdentities(connection, martsSchema),
        ] as const;
      });
      assert.deepEqual(report.differences, []);
      assert.equal(metrics.differences, null);
      assert.equal(metrics.now, null);
      assert.deepEqual(metrics.groups, []);
      assert.deepEqual(grains.differences, []);
      assert.deepEqual(backlog.slice(0, 20), []);
      assert.deepEqual(unexplained, []);
      assert.deepEqual(broken, []);
      assert.ok(metrics.rows === report.conversations && metrics.columns > 100, `${metrics.columns} columns`);
      for (const [mart, rows] of Object.entries(grains.rows))
        assert.ok(rows > 0.03 * conversations, `${mart}: only ${rows} rows`);
      assert.ok(report.conversations > 0.9 * conversations, `only ${report.conversations} conversations`);
      assert.ok(report.parts > 4 * conversations, `only ${report.parts} parts`);
      assert.ok(report.tags > 0.1 * conversations, `only ${report.tags} tags`);
    });
  }
  assert.deepEqual(fake.unplanned, []);
  await context.test("built in full, every table has the rows that it had by increments", async () => {
    assert.deepEqual(await pipeline.differencesOfFullBuild({ vars }), []);
  });
});

function later(seconds: number): Happening {
  return (world) => world.advance(seconds);
}
