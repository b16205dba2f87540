import assert from "node:assert/strict";
import { after, test } from "node:test";
import { checkMetrics, unexplainedFigures } from "../checker/conversation/check.ts";
import { checkBacklog } from "../checker/periods/backlog.ts";
import { checkWorld } from "../checker/world.ts";
import { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { startFakeIntercom } from "../fake/intercom/server.ts";
import { brokenIdentities } from "./identities.ts";
import { martsSchema, Pipeline } from "./pipeline.ts";

const contactId = "64f000000000000000000001";
const minute = 60;

// A workspace in full use merges conversations by itself; the others are merged by hand.
const world = new GeneratedWorld({ conversations: 250, seed: 3, isWhole: true });
const fake = await startFakeIntercom({ world });
const pipeline = await Pipeline.create();

after(async () => {
  await fake.close();
  await pipeline.remove();
});

/** Adds conversations of one contact; returns their ids. */
function open(count: number): string[] {
  const contact =
    [...world.conversationIds()].map((id) => world.contactsOf(id)[0]?.contactId).find(Boolean) ?? contactId;
  return Array.from({ length: count }, (_, each) => {
    world.advance(minute);
    return world.change.addConversation({ contactId: contact, words: `My invoice ${each}` });
  });
}

test("merged conversations are left out of counts, and every row equals the checker's, sync after sync", async (context) => {
  const [a, b, c, closed, kept, lost, gone, d, e] = open(9) as [
    ...[string, string, string, string, string],
    ...[string, string, string, string],
  ];
  const chapters: readonly { readonly name: string; readonly happen: () => void }[] = [
    {
      name: "one into another, one when it is closed, one into one that is deleted then",
      happen: () => {
        world.change.teammateReplies(a, "We look");
        world.change.merge(a, b);
        world.advance(minute);
        world.change.close(closed, "Done");
        world.advance(minute);
        world.change.merge(closed, kept);
        world.advance(minute);
        world.change.merge(lost, gone);
      },
    },
    {
      name: "the other into a third, one that was closed, reopened and merged, and the deletion",
      happen: () => {
        world.change.merge(b, c);
        world.change.close(c);
        world.change.delete(gone);
        world.change.close(d);
        world.advance(minute);
        world.change.customerReplies(d, "Not yet");
        world.advance(minute);
        world.change.merge(d, e);
        world.change.rate(d, 2);
      },
    },
  ];
  const syncedAt: number[] = [];
  let workspaceId = "";
  for (const [index, { name, happen }] of chapters.entries()) {
    await context.test(name, async () => {
      world.advance(minute);
      happen();
      world.advance(minute);
      const summary = await pipeline.sync(fake);
      syncedAt.push(world.clock());
      workspaceId = summary.workspaceId;
      await pipeline.build({ isTested: index === chapters.length - 1 });
      await pipeline.read(async (connection) => {
        const marts = { connection, schema: martsSchema, workspaceId };
        const report = await checkWorld(marts, world, syncedAt);
        assert.deepEqual(report.differences, []);
        const metrics = await checkMetrics(marts, world, syncedAt, {});
        assert.equal(metrics.differences, null);
        assert.equal(metrics.now, null);
        assert.deepEqual(metrics.groups, []);
        assert.deepEqual((await checkBacklog(marts, world, syncedAt)).slice(0, 20), []);
        assert.deepEqual(await unexplainedFigures(marts), []);
        assert.deepEqual(await brokenIdentities(connection, martsSchema), []);
      });
    });
  }
  await context.test("each is merged into the one that took it in", async () => {
    const rows = await pipeline.read(async (connection) => {
      const found = await connection.runAndReadAll(
        `select conversation_id, merged_into_conversation_id from ${martsSchema}.conversation_metrics
         where is_merged_away and conversation_id in ('${[a, b, c, closed, kept, lost, gone, d, e].join("', '")}')`,
      );
      return Object.fromEntries(found.getRowsJson());
    });
    assert.deepEqual(rows, { [a]: b, [b]: c, [closed]: kept, [lost]: null, [d]: e });
  });
  await context.test("the generated ones are among them, with and without links", async () => {
    const [counted] = await pipeline.read(async (connection) => {
      const found = await connection.runAndReadAll(
        `select count(*)::integer, count(merged_into_conversation_id)::integer from ${martsSchema}.conversation_metrics
         where is_merged_away`,
      );
      return found.getRowsJson();
    });
    assert.ok(Number(counted?.[0]) >= 8, `${counted?.[0]} were merged`);
  });
  await context.test("built in full, every table has the rows that it had by increments", async () => {
    assert.deepEqual(await pipeline.differencesOfFullBuild(), []);
  });
});
