// Golden timelines: what happened, and the office seconds that a person with a calendar finds.
import {
  exception,
  friday,
  hour,
  minute,
  monday,
  newYork,
  nineToFive,
  saturday,
  span,
  sunday,
  type Timeline,
} from "./office-hours-timeline.ts";

const dailyInBerlin = { zone: "Europe/Berlin", spans: [span(sunday, 0, 6)] };
const aroundMidnight = { zone: "UTC", spans: [span(friday, 22, 26), span(sunday, 23, 25)] };
export const ownHoursTeam = 22;
const twoSchedules = [
  { id: "1", zone: "UTC", spans: nineToFive },
  { id: "2", zone: "UTC", isAlwaysOpen: true },
];

/** One reply each, to be measured by office hours that stay as they are. */
export const timelines: readonly Timeline[] = [
  {
    rule: "a reply on Monday at half past nine to a message of Friday night took half an hour",
    schedules: [newYork],
    wrote: "2026-01-10 03:00:00",
    answered: "2026-01-12 14:30:00",
    officeSeconds: 30 * minute,
  },
  {
    rule: "a holiday is no office hours",
    schedules: [{ ...newYork, exceptions: [exception("2026-01-15")] }],
    wrote: "2026-01-14 21:30:00",
    answered: "2026-01-16 14:10:00",
    officeSeconds: 30 * minute + 10 * minute,
  },
  {
    rule: "a holiday that recurs is one in later years too",
    schedules: [{ ...newYork, exceptions: [exception("2024-12-25", { recurring_annually: true })] }],
    wrote: "2025-12-24 21:59:00",
    answered: "2025-12-26 14:01:00",
    officeSeconds: 2 * minute,
  },
  {
    rule: "a holiday that does not recur is over next year",
    schedules: [{ ...newYork, exceptions: [exception("2024-12-25")] }],
    wrote: "2025-12-24 21:59:00",
    answered: "2025-12-26 14:01:00",
    officeSeconds: 2 * minute + 8 * hour,
  },
  {
    rule: "a day with hours of its own has those instead of its usual ones",
    schedules: [
      {
        ...newYork,
        exceptions: [
          exception("2026-01-14", {
            exception_type: "custom_hours",
            time_intervals: [{ start_minute: 600, end_minute: 720 }],
          }),
        ],
      },
    ],
    wrote: "2026-01-13 21:00:00",
    answered: "2026-01-15 15:00:00",
    officeSeconds: hour + 2 * hour + hour,
  },
  {
    rule: "six hours of the clock are five when it goes forward",
    schedules: [dailyInBerlin],
    wrote: "2026-03-28 19:00:00",
    answered: "2026-03-29 10:00:00",
    officeSeconds: 5 * hour,
  },
  {
    rule: "six hours of the clock are seven when it goes back",
    schedules: [dailyInBerlin],
    wrote: "2026-10-24 18:00:00",
    answered: "2026-10-25 11:00:00",
    officeSeconds: 7 * hour,
  },
  {
    rule: "opening time moves with daylight saving",
    schedules: [{ zone: "Europe/Berlin", spans: nineToFive }],
    wrote: "2026-03-27 15:00:00",
    answered: "2026-03-30 07:30:00",
    officeSeconds: hour + 30 * minute,
  },
  {
    rule: "a schedule counts in its own time zone, half hours included",
    schedules: [{ zone: "Asia/Kolkata", spans: nineToFive }],
    wrote: "2026-01-12 03:00:00",
    answered: "2026-01-12 04:30:00",
    officeSeconds: hour,
  },
  {
    rule: "a team with a schedule of its own is measured by it",
    schedules: twoSchedules,
    teamId: ownHoursTeam,
    wrote: "2026-01-10 12:00:00",
    answered: "2026-01-10 13:00:00",
    officeSeconds: hour,
  },
  {
    rule: "a team without one is measured by the workspace's oldest schedule",
    schedules: twoSchedules,
    teamId: 23,
    wrote: "2026-01-10 12:00:00",
    answered: "2026-01-12 09:00:01",
    officeSeconds: 1,
  },
  {
    rule: "hours go on past midnight",
    schedules: [aroundMidnight],
    wrote: "2026-01-09 23:00:00",
    answered: "2026-01-10 01:30:00",
    officeSeconds: 2.5 * hour,
  },
  {
    rule: "hours go on past Sunday's midnight into the new week",
    schedules: [aroundMidnight],
    wrote: "2026-01-11 23:30:00",
    answered: "2026-01-12 03:00:00",
    officeSeconds: 1.5 * hour,
  },
  {
    rule: "hours that go on past midnight end at it when the day that begins is a holiday",
    schedules: [{ ...aroundMidnight, exceptions: [exception("2026-01-10")] }],
    wrote: "2026-01-09 23:00:00",
    answered: "2026-01-10 03:00:00",
    officeSeconds: hour,
  },
  {
    rule: "a holiday closes a schedule of every hour of the week too, from midnight to midnight of its own clock",
    schedules: [{ zone: "America/New_York", isAlwaysOpen: true, exceptions: [exception("2026-01-10")] }],
    wrote: "2026-01-10 03:00:00",
    answered: "2026-01-11 06:00:00",
    officeSeconds: 2 * hour + hour,
  },
  {
    rule: "a break at noon is no office hours",
    schedules: [{ zone: "UTC", spans: [span(monday, 9, 12), span(monday, 13, 17)] }],
    wrote: "2026-01-12 11:30:00",
    answered: "2026-01-12 13:30:00",
    officeSeconds: hour,
  },
  {
    rule: "the second in which hours begin counts, and none from the one in which they end",
    schedules: [newYork],
    wrote: "2026-01-12 14:00:00",
    answered: "2026-01-12 22:00:01",
    officeSeconds: 8 * hour,
  },
  {
    rule: "a reply in the hour that the clock shows twice counts the hour that had passed",
    schedules: [dailyInBerlin],
    wrote: "2026-10-24 18:00:00",
    answered: "2026-10-25 01:30:00",
    officeSeconds: 3.5 * hour,
  },
  {
    rule: "weeks add up, a holiday among them",
    schedules: [{ ...newYork, exceptions: [exception("2026-01-19")] }],
    wrote: "2026-01-12 14:00:00",
    answered: "2026-01-26 14:00:00",
    officeSeconds: 9 * 8 * hour,
  },
  {
    rule: "a schedule of every hour of the week leaves nothing out",
    schedules: [{ zone: "America/New_York", isAlwaysOpen: true }],
    wrote: "2026-01-09 23:00:00",
    answered: "2026-01-12 03:00:00",
    officeSeconds: 52 * hour,
  },
  {
    rule: "spans that overlap are counted once",
    schedules: [{ zone: "UTC", spans: [span(monday, 9, 12), span(monday, 11, 13)] }],
    wrote: "2026-01-12 08:00:00",
    answered: "2026-01-12 15:00:00",
    officeSeconds: 4 * hour,
  },
  {
    rule: "a team whose schedule is not there is measured by the workspace's",
    schedules: [{ id: "1", zone: "UTC", spans: nineToFive }],
    teamId: ownHoursTeam,
    wrote: "2026-01-10 12:00:00",
    answered: "2026-01-12 09:00:01",
    officeSeconds: 1,
  },
  {
    rule: "without any schedule nothing is left out",
    schedules: [],
    wrote: "2026-01-10 00:00:00",
    answered: "2026-01-11 00:00:00",
    officeSeconds: 24 * hour,
  },
  {
    rule: "a reply outside office hours to a message outside them took none",
    schedules: [{ zone: "UTC", spans: [span(saturday, 9, 10)] }],
    wrote: "2026-01-12 20:00:00",
    answered: "2026-01-12 23:00:00",
    officeSeconds: 0,
  },
];
