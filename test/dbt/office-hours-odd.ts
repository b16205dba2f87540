// Golden timelines with schedules and times that make no sense, or not at first sight.
import { exception, hour, minute, newYork, nineToFive, type Timeline } from "./office-hours-timeline.ts";

const reversedAndMore: readonly Readonly<Record<string, unknown>>[] = [
  { start_minute: 540, end_minute: 1020 },
  { start_minute: 540, end_minute: 540 },
  { start_minute: -60, end_minute: 1500 },
  { start_minute: 20_000, end_minute: 20_100 },
  { start_minute: 600, end_minute: 1e15 },
  { start_minute: "nine", end_minute: "five" },
  { start_minute: null, end_minute: 700 },
  { end_minute: { at: 1 } },
];

/** One reply each; `unknownZones` and `ignored` are what `sync_health` says of the workspace. */
export const oddTimelines: readonly Timeline[] = [
  {
    rule: "a time zone by the name that Rails has for it is the same zone",
    schedules: [{ zone: "Eastern Time (US & Canada)", spans: nineToFive }],
    wrote: "2026-01-12 13:00:00",
    answered: "2026-01-12 14:30:00",
    officeSeconds: 30 * minute,
  },
  {
    rule: "a time zone that is a city's name to Rails, and one in small letters, is known too",
    schedules: [
      { zone: "nuku'alofa", spans: nineToFive },
      { zone: " europe/berlin ", spans: nineToFive, changedAt: "2026-01-01 00:00:00" },
    ],
    wrote: "2026-01-12 07:00:00",
    answered: "2026-01-12 08:30:00",
    officeSeconds: 30 * minute,
  },
  {
    rule: "a time zone that nobody knows is taken for UTC",
    schedules: [{ zone: "Etc/Foo", spans: nineToFive }],
    wrote: "2026-01-12 08:00:00",
    answered: "2026-01-12 09:30:00",
    officeSeconds: 30 * minute,
    unknownZones: "Etc/Foo",
  },
  {
    rule: "a time zone that is not given is taken for that of the workspace's own schedule",
    schedules: [
      { id: "1", ...newYork },
      { id: "2", zone: null, spans: nineToFive },
      { id: "3", zone: "", spans: nineToFive },
    ],
    teamId: 22,
    wrote: "2026-01-12 13:00:00",
    answered: "2026-01-12 14:30:00",
    officeSeconds: 30 * minute,
    unknownZones: "none",
  },
  {
    rule: "a time zone that became unknown is the one that it was",
    schedules: [newYork, { zone: "Atlantis", spans: nineToFive, changedAt: "2026-01-01 00:00:00" }],
    wrote: "2026-01-12 13:00:00",
    answered: "2026-01-12 14:30:00",
    officeSeconds: 30 * minute,
    unknownZones: "Atlantis",
  },
  {
    rule: "intervals that make no hours of a week are left out and named",
    schedules: [{ zone: "UTC", intervals: reversedAndMore }],
    wrote: "2026-01-12 08:00:00",
    answered: "2026-01-13 12:00:00",
    officeSeconds: 8 * hour,
    ignored:
      "schedule 1: interval -60 to 1500; schedule 1: interval 20000 to 20100; schedule 1: interval 540 to 540; " +
      "schedule 1: interval 600 to 1000000000000000; schedule 1: interval ? to 700; schedule 1: interval ? to ?; " +
      "schedule 1: interval nine to five",
  },
  {
    rule: "a schedule without hours is never open, and named",
    schedules: [{ zone: "UTC" }],
    wrote: "2026-01-12 08:00:00",
    answered: "2026-01-13 12:00:00",
    officeSeconds: 0,
    ignored: "schedule 1: no hours",
  },
  {
    rule: "an exception without a date that the calendar has, or of no known type, is left out and named",
    schedules: [
      {
        zone: "UTC",
        spans: nineToFive,
        exceptions: [
          exception("2026-02-30"),
          exception("someday-01-12", { recurring_annually: true }),
          exception("2026-01-12", { exception_type: "party" }),
          exception("2026-01-13", {
            exception_type: "custom_hours",
            time_intervals: [
              { start_minute: 600, end_minute: 660 },
              { start_minute: 700, end_minute: 650 },
              { start_minute: 600, end_minute: 1e12 },
            ],
          }),
        ],
      },
    ],
    wrote: "2026-01-12 00:00:00",
    answered: "2026-01-14 00:00:00",
    officeSeconds: 9 * hour,
    ignored:
      "schedule 1: exception on 2026-01-12 of type party; schedule 1: exception on 2026-02-30 of type closed; " +
      "schedule 1: exception on someday-01-12 of type closed; schedule 1: interval 600 to 1000000000000 on 2026-01-13; " +
      "schedule 1: interval 700 to 650 on 2026-01-13",
  },
  {
    rule: "before the clock of office hours begins nothing is known, and unknown is not none",
    schedules: [{ zone: "UTC", spans: nineToFive }],
    wrote: "2009-12-31 12:00:00",
    answered: "2010-01-04 10:00:00",
    officeSeconds: null,
  },
  {
    rule: "the clock of office hours begins in the same second in every zone",
    schedules: [{ zone: "Asia/Tokyo", isAlwaysOpen: true }],
    wrote: "2009-12-31 23:00:00",
    answered: "2010-01-01 00:10:00",
    officeSeconds: null,
  },
  {
    rule: "in its first second the clock of office hours counts",
    schedules: [{ zone: "UTC", isAlwaysOpen: true }],
    wrote: "2010-01-01 00:00:00",
    answered: "2010-01-01 00:10:00",
    officeSeconds: 10 * minute,
  },
  {
    rule: "a year after anybody can have seen it nothing is known",
    schedules: [{ zone: "UTC", spans: nineToFive }],
    wrote: "2026-01-12 09:00:00",
    answered: "2031-12-31 23:59:59",
    officeSeconds: null,
  },
  {
    rule: "a conversation in times of which no clock knows has no office seconds",
    schedules: [{ zone: "Pacific/Kiritimati", spans: nineToFive }],
    wrote: "1970-01-01 00:00:00",
    answered: "1970-01-02 00:00:00",
    officeSeconds: null,
  },
];
