import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isObject, type JsonObject } from "../json.ts";
import { decoded } from "../json-text.ts";
import { givenBody } from "./body.ts";
import { OfficeCalendar, type OfficeHoursSchedule } from "./office-hours.ts";
import { type Snapshot, snapshotOf } from "./snapshot.ts";
import { renderStatistics } from "./statistics.ts";
import { Timeline } from "./timeline.ts";

/** Epoch seconds of a UTC time. */
const utc = (text: string): number => Date.parse(`${text}Z`) / 1000;
const nineToFive = [0, 1, 2, 3, 4].map((day) => [day * 1440 + 540, day * 1440 + 1020] as const);
const schedule = (given: Partial<OfficeHoursSchedule>): OfficeHoursSchedule => ({
  id: "1",
  name: "Hours",
  timeZone: "UTC",
  weekly: nineToFive,
  isAlwaysOpen: false,
  exceptions: [],
  ...given,
});

describe("office hours", () => {
  test("nights and weekends do not count", () => {
    const calendar = new OfficeCalendar(schedule({}));
    assert.equal(calendar.secondsBetween(utc("2026-03-04T16:00:00"), utc("2026-03-05T10:00:00")), 2 * 3600);
    assert.equal(calendar.secondsBetween(utc("2026-03-06T16:59:00"), utc("2026-03-09T09:00:30")), 90);
    assert.equal(calendar.secondsBetween(utc("2026-03-07T00:00:00"), utc("2026-03-09T00:00:00")), 0);
    assert.equal(calendar.nextOpen(utc("2026-03-07T12:00:00")), utc("2026-03-09T09:00:00"));
    assert.equal(calendar.afterOpen(utc("2026-03-06T16:00:00"), 2 * 3600), utc("2026-03-09T10:00:00"));
  });

  test("hours are the wall clock's, across the change to summer time", () => {
    const calendar = new OfficeCalendar(schedule({ timeZone: "America/New_York" }));
    assert.equal(calendar.nextOpen(utc("2026-03-06T22:30:00")), utc("2026-03-09T13:00:00"));
    assert.equal(calendar.nextOpen(utc("2026-02-27T22:30:00")), utc("2026-03-02T14:00:00"));
  });

  test("an interval may cross midnight, Sunday's too", () => {
    const calendar = new OfficeCalendar(
      schedule({
        weekly: [
          [4 * 1440 + 1320, 5 * 1440 + 120],
          [6 * 1440 + 1380, 7 * 1440 + 60],
        ],
      }),
    );
    assert.equal(calendar.secondsBetween(utc("2026-03-06T00:00:00"), utc("2026-03-08T00:00:00")), 4 * 3600);
    assert.equal(calendar.secondsBetween(utc("2026-03-08T00:00:00"), utc("2026-03-09T12:00:00")), 2 * 3600);
  });

  test("exceptions close a day or give it other hours, once or each year", () => {
    const exceptions = [
      { id: "1", date: "2024-12-25", name: "Closed", everyYear: true, hours: null },
      { id: "2", date: "2025-12-24", name: "Half a day", everyYear: false, hours: [[540, 780] as const] },
    ];
    const calendar = new OfficeCalendar(schedule({ exceptions }));
    const open = (day: string): number =>
      calendar.secondsBetween(utc(`${day}T00:00:00`), utc(`${day}T23:59:59`)) / 3600;
    assert.deepEqual([open("2025-12-24"), open("2025-12-25"), open("2026-12-24"), open("2026-12-25")], [4, 0, 8, 0]);
  });
});

describe("Intercom's statistics", () => {
  const calendar = new OfficeCalendar(schedule({}));
  const customer = { kind: "customer", id: "c" } as const;
  const mate = { kind: "teammate", id: "7001001" } as const;
  const ai = { kind: "ai_as_teammate", id: "7001001" } as const;
  const statisticsOf = (snapshot: Snapshot): JsonObject => {
    const statistics = decoded(renderStatistics(snapshot, calendar));
    assert.ok(isObject(statistics));
    return statistics;
  };

  test("have office hours subtracted, count from the contact's first message, and leave bots out", () => {
    // Friday 16:00.
    const line = new Timeline(utc("2026-03-06T16:00:00"), Number.POSITIVE_INFINITY, "4");
    line.opened(customer, "conversation", givenBody("Help"));
    line.wait(10).message(ai, givenBody("Have you tried …"));
    line.wait(50).assign({ kind: "bot", id: "b" }, null, "5017001");
    line.at = utc("2026-03-09T09:30:00");
    line.message(mate, givenBody("Yes"));
    line.wait(1800).message(customer, givenBody("Thanks"));
    line.wait(600).message(mate, givenBody("Welcome"));
    line.wait(60).close(mate);
    line.at = utc("2026-03-10T08:00:00");
    line.message(customer, givenBody("Again"));
    line.at = utc("2026-03-10T09:10:00");
    line.close(mate, givenBody("Done"));
    const snapshot = snapshotOf(line.sorted(), Number.POSITIVE_INFINITY, "c");
    assert.ok(snapshot !== null);
    const { type: _, assigned_team_first_response_time: first, ...statistics } = statisticsOf(snapshot);
    assert.deepEqual(first, [
      { team_id: 5017001, team_name: "Tier 1", response_time: utc("2026-03-09T09:30:00") - utc("2026-03-06T16:00:00") },
    ]);
    assert.deepEqual(statistics, {
      time_to_assignment: 60,
      time_to_admin_reply: 3600 + 1800,
      time_to_first_close: 3600 + 1800 + 1800 + 660,
      time_to_last_close: 3600 + 8 * 3600 + 600,
      median_time_to_reply: 600,
      first_contact_reply_at: utc("2026-03-06T16:00:00"),
      first_assignment_at: utc("2026-03-06T16:01:00"),
      first_admin_reply_at: utc("2026-03-09T09:30:00"),
      first_close_at: utc("2026-03-09T10:11:00"),
      last_assignment_at: utc("2026-03-06T16:01:00"),
      last_assignment_admin_reply_at: utc("2026-03-09T09:30:00"),
      last_contact_reply_at: utc("2026-03-10T08:00:00"),
      last_admin_reply_at: utc("2026-03-10T09:10:00"),
      last_close_at: utc("2026-03-10T09:10:00"),
      last_closed_by_id: "7001001",
      count_reopens: 1,
      count_assignments: 1,
      count_conversation_parts: 9,
      assigned_team_first_response_time_in_office_hours: [
        { team_id: 5017001, team_name: "Tier 1", response_time: 5400 },
      ],
      handling_time: utc("2026-03-10T09:10:00") - utc("2026-03-06T16:01:00"),
      adjusted_handling_time: null,
    });
  });

  test("of a message that nobody answered are mostly null", () => {
    const line = new Timeline(utc("2026-03-06T16:00:00"), Number.POSITIVE_INFINITY, "4");
    line.opened({ kind: "campaign", id: "7001001" }, "email", givenBody("News"));
    const snapshot = snapshotOf(line.sorted(), Number.POSITIVE_INFINITY, "c");
    assert.ok(snapshot !== null);
    const statistics = statisticsOf(snapshot);
    assert.deepEqual(
      [statistics["first_contact_reply_at"], statistics["time_to_admin_reply"], statistics["count_reopens"]],
      [null, null, 0],
    );
  });
});
