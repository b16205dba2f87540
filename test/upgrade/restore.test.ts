import assert from "node:assert/strict";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setUpDesk, threadRequests } from "./desk.ts";

test("a lost file comes back from the archive: the same marts, nothing fetched again, nothing told twice", async (context) => {
  const { intercom, postHog, newPlace } = await setUpDesk(context);
  const [place, kept] = [newPlace(), newPlace()];
  const archive = join(place.folder, "archive");
  await place.run("sync", "--archive", archive);
  await place.build();
  await place.run("activate", "posthog");
  const told = postHog.taken.length;
  assert.ok(told > 20, `${told} events`);
  // What was told is archived by the next run, which has nothing else to do.
  await place.run("sync", "--archive", archive);
  await place.build();
  copyFileSync(place.path, kept.path);

  for (const path of [place.path, join(place.folder, "state")]) rmSync(path, { recursive: true });
  const threads = threadRequests(intercom);
  await place.run("replay", archive);
  await place.build();
  assert.deepEqual(await place.differences(kept, ["intercom", "intercom_staging"]), []);
  await place.run("activate", "posthog");
  assert.equal(postHog.taken.length, told);
  const [id = ""] = intercom.world.conversationIds();
  intercom.world.change.customerReplies(id, "One more thing");
  intercom.advance(3600);
  await place.run("sync", "--archive", archive);
  assert.equal(threadRequests(intercom) - threads, 1, "the conversation that changed, alone");
});
