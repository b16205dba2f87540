// Golden timelines across changes of a schedule: what happened, and the office seconds that a person with a calendar finds.
import { exception, hour, minute, newYork, nineToFive, type Timeline, weekdays } from "./office-hours-timeline.ts";

/** One reply each, to be measured by office hours that change, or go. */
export const timelinesWithChanges: readonly Timeline[] = [
  {
    rule: "a change of the schedule counts from the day on which it was made",
    schedules: [
      { zone: "UTC", spans: nineToFive },
      { zone: "UTC", spans: weekdays(12, 13), changedAt: "2026-01-14 00:00:00" },
    ],
    wrote: "2026-01-13 16:00:00",
    answered: "2026-01-14 12:30:00",
    officeSeconds: hour + 30 * minute,
  },
  {
    rule: "a schedule that moves to a zone ahead of its own leaves no day without hours",
    schedules: [newYork, { zone: "Europe/Berlin", spans: nineToFive, changedAt: "2026-01-14 03:00:00" }],
    // The change is on the 13th in New York and on the 14th in Berlin: the 13th keeps New York's hours.
    wrote: "2026-01-13 15:00:00",
    answered: "2026-01-14 09:00:00",
    officeSeconds: 7 * hour + hour,
  },
  {
    rule: "a schedule that moves to a zone behind its own has no day with both zones' hours",
    schedules: [
      { ...newYork, zone: "Europe/Berlin" },
      { ...newYork, changedAt: "2026-01-14 03:00:00" },
    ],
    // The change is on the 14th in Berlin and on the 13th in New York, which has the 13th from then on.
    wrote: "2026-01-13 08:00:00",
    answered: "2026-01-13 15:00:00",
    officeSeconds: hour,
  },
  {
    rule: "of two changes on one day the later holds for the day",
    schedules: [
      { zone: "UTC", spans: nineToFive },
      { zone: "UTC", spans: weekdays(12, 13), changedAt: "2026-01-14 08:00:00", seenAt: "2026-01-14 09:00:00" },
      { zone: "UTC", spans: weekdays(14, 16), changedAt: "2026-01-14 10:00:00", seenAt: "2026-01-14 11:00:00" },
    ],
    wrote: "2026-01-14 00:00:00",
    answered: "2026-01-15 00:00:00",
    officeSeconds: 2 * hour,
  },
  {
    rule: "a holiday that was entered after its day leaves the past as it was measured",
    schedules: [newYork, { ...newYork, exceptions: [exception("2026-01-15")], seenAt: "2026-06-01 00:00:00" }],
    wrote: "2026-01-14 21:30:00",
    answered: "2026-01-16 14:10:00",
    officeSeconds: 30 * minute + 8 * hour + 10 * minute,
  },
  {
    rule: "a schedule that is gone is no default where there is another",
    schedules: [
      { id: "1", zone: "UTC", spans: nineToFive, goneAt: "2026-06-01 00:00:00" },
      { id: "2", zone: "UTC", isAlwaysOpen: true },
    ],
    wrote: "2026-01-10 12:00:00",
    answered: "2026-01-10 13:00:00",
    officeSeconds: hour,
  },
];
