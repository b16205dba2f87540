import assert from "node:assert/strict";
import { test } from "node:test";
import { removalSteps, type ToldEvent } from "../../loader/purge/remains.ts";

const event: ToldEvent = {
  destination: "attio",
  target: "workspace w activity",
  eventUuid: "e1",
  distinctId: "user-1",
  sentId: "r1",
};

test("each destination is named, with what you delete there", () => {
  assert.deepEqual(
    removalSteps([
      event,
      { ...event, target: "workspace w record", sentId: "r2" },
      { ...event, target: "workspace w note", sentId: "n1" },
      { ...event, target: "workspace w note", sentId: null, eventUuid: "e2" },
    ]),
    [
      "attio (workspace w activity) still has 1 event of them:",
      "  DELETE /v2/activities/intercom_support_tickets/records/r1",
      "attio (workspace w record) still has 1 event of them:",
      "  DELETE /v2/objects/support_tickets/records/r2",
      "attio (workspace w note) still has 2 events of them:",
      "  DELETE /v2/notes/n1",
      "  look for ticket_key e2 (in a note's last line): the event may be there",
    ],
  );
  assert.match(removalSteps([{ ...event, destination: "posthog", target: "project p" }])[1] ?? "", /person user-1/);
});

test("nothing remains of conversations that no destination was sent", () => {
  assert.deepEqual(removalSteps([]), []);
});
