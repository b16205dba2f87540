import assert from "node:assert/strict";
import { test } from "node:test";
import { removalSteps, type ToldEvent } from "../../loader/purge/remains.ts";

const event: ToldEvent = {
  destination: "attio",
  target: "workspace w activity",
  eventUuid: "e1",
  distinctId: "user-1",
  sentId: "r1",
  isByAge: false,
};

test("each destination is named, with what you delete there", () => {
  const steps = removalSteps([
    event,
    { ...event, target: "workspace w record", sentId: "r2" },
    { ...event, target: "workspace w note", sentId: "n1" },
    { ...event, target: "workspace w note", sentId: null, eventUuid: "e2" },
  ]);
  assert.deepEqual(steps, [
    "attio (workspace w activity) still has 1 event of them:",
    "  DELETE /v2/activities/intercom_support_tickets/records/r1",
    "attio (workspace w record) still has 1 event of them:",
    "  DELETE /v2/objects/support_tickets/records/r2",
    "attio (workspace w note) still has 2 events of them:",
    "  DELETE /v2/notes/n1",
    "  look for ticket_key e2 (in a note's last line): the event may be there",
  ]);
});

test("PostHog deletes persons; of what went for its age nobody is told to delete them", () => {
  const told: ToldEvent = { ...event, destination: "posthog", target: "project p" };
  const old: ToldEvent = { ...told, distinctId: "user-2", isByAge: true };
  assert.match(removalSteps([told])[1] ?? "", /delete the person user-1/);
  const byAge = removalSteps([old, { ...old, eventUuid: "e2" }]);
  assert.equal(byAge[0], "posthog (project p) still has 2 events of them:");
  assert.match(byAge[1] ?? "", /2 events are about old conversations, .* they may stay/);
  assert.equal(byAge.length, 2);
  const both = removalSteps([old, told]);
  assert.match(both[1] ?? "", /delete the person user-1/);
  assert.match(both[2] ?? "", /1 event is about old conversations, .* it may stay/);
  assert.equal(both.length, 3);
});

test("nothing remains of conversations that no destination was sent", () => {
  assert.deepEqual(removalSteps([]), []);
});
