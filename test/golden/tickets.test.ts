import assert from "node:assert/strict";
import { after, test } from "node:test";
import { checkTickets } from "../checker/tickets/check.ts";
import { checkWorld } from "../checker/world.ts";
import { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { startFakeIntercom } from "../fake/intercom/server.ts";
import type { Happening } from "./desk-history.ts";
import { martsSchema, Pipeline } from "./pipeline.ts";
import { ticketHappenings } from "./ticket-history.ts";

const tickets = 250;
const day = 86_400;
const scheduleOfTeam = { "5017004": "9002" };
const vars = { office_hours_of_teams: scheduleOfTeam };

const world = new GeneratedWorld({ conversations: 700, tickets });
const fake = await startFakeIntercom({ world, searchIsStrict: true, searchOrder: "shuffled" });
const pipeline = await Pipeline.create();

after(async () => {
  await fake.close();
  await pipeline.remove();
});

/** Each chapter is a build; before it the desk lives on, happening by happening, and is synced after each. */
const chapters: readonly { readonly name: string; readonly happenings: () => readonly Happening[] }[] = [
  { name: "as found", happenings: () => [() => undefined] },
  {
    name: "after hours and days",
    happenings: () => [day / 4, 4 * day].map((seconds) => (desk) => desk.advance(seconds)),
  },
  { name: "after changes by hand", happenings: () => ticketHappenings(world) },
];

test("every row of the marts of tickets equals the checker's, sync after sync", async (context) => {
  const syncedAt: number[] = [];
  let workspaceId = "";
  for (const [index, { name, happenings }] of chapters.entries()) {
    await context.test(name, async () => {
      for (const happen of happenings()) {
        happen(world);
        const summary = await pipeline.sync(fake);
        syncedAt.push(world.clock());
        workspaceId = summary.workspaceId;
      }
      await pipeline.build({ vars, isTested: index === chapters.length - 1 });
      const [report, conversations] = await pipeline.read(async (connection) => {
        const marts = { connection, schema: martsSchema, workspaceId };
        return [
          await checkTickets(marts, world, syncedAt, { scheduleOfTeam }),
          await checkWorld(marts, world, syncedAt),
        ] as const;
      });
      assert.deepEqual(report.differences, []);
      assert.deepEqual(conversations.differences, []);
      assert.ok(report.tickets > 0.8 * tickets, `only ${report.tickets} tickets`);
      assert.ok(report.parts > 5 * tickets, `only ${report.parts} parts`);
      assert.ok(report.waiting > 50, `only ${report.waiting} conversations wait for trackers`);
      assert.ok(name !== "after changes by hand" || report.incomplete >= 2, "no thread lacks parts");
    });
  }
  assert.deepEqual(fake.unplanned, []);
  await context.test("built in full, every table has the rows that it had by increments", async () => {
    assert.deepEqual(await pipeline.differencesOfFullBuild({ vars }), []);
  });
});
