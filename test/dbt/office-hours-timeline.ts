// What golden timelines are made of.

/** Minutes from Monday 00:00, as Intercom writes them. */
type Span = readonly [from: number, to: number];

export type Schedule = {
  readonly id?: string;
  readonly zone: string | null;
  readonly spans?: readonly Span[];
  /** Instead of spans: intervals as they are sent. */
  readonly intervals?: readonly Readonly<Record<string, unknown>>[];
  readonly isAlwaysOpen?: boolean;
  readonly exceptions?: readonly Readonly<Record<string, unknown>>[];
  /** When it was changed to this, by Intercom; the first version has always held. */
  readonly changedAt?: string;
  /** When it was first seen so, if not long after. */
  readonly seenAt?: string;
  /** When it was first seen to be gone. */
  readonly goneAt?: string;
};

export type Timeline = {
  readonly rule: string;
  readonly schedules: readonly Schedule[];
  readonly teamId?: number;
  /** The customer's message and the teammate's reply, UTC. */
  readonly wrote: string;
  readonly answered: string;
  /** By hand: from the calendar of the schedule's zone; null outside the clock. */
  readonly officeSeconds: number | null;
  /** What `sync_health` names of the workspace's schedules; nothing when left out. */
  readonly unknownZones?: string;
  readonly ignored?: string;
};

export const minute = 60;
export const hour = 60 * minute;
export const [monday, friday, saturday, sunday] = [0, 4, 5, 6];
export const nineToFive = weekdays(9, 17);
export const newYork = { zone: "America/New_York", spans: nineToFive };

export function span(day: number, fromHour: number, toHour: number): Span {
  return [(day * 24 + fromHour) * 60, (day * 24 + toHour) * 60];
}

export function weekdays(fromHour: number, toHour: number): readonly Span[] {
  return [0, 1, 2, 3, 4].map((day) => span(day, fromHour, toHour));
}

export function exception(
  date: string,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    id: "9",
    exception_date: date,
    exception_type: "closed",
    time_intervals: null,
    recurring_annually: false,
    ...more,
  };
}
