// Office hours as a calendar: the schedules Intercom lists, and arithmetic with the seconds in which somebody is there.
import type { JsonObject } from "../json.ts";
import { fromWallClock } from "./zones.ts";

const DAY = 86400;
const FIRST_DAY = Date.UTC(2023, 11, 1) / 1000 / DAY;
const LAST_DAY = Date.UTC(2029, 0, 1) / 1000 / DAY;
const MINUTES_OF_WEEK = 7 * 24 * 60;

export interface OfficeHoursException {
  readonly id: string;
  /** YYYY-MM-DD, on the schedule's own calendar. */
  readonly date: string;
  readonly name: string;
  readonly everyYear: boolean;
  /** [from, to) in minutes from that midnight; null when closed all day. */
  readonly hours: readonly (readonly [number, number])[] | null;
}

export interface OfficeHoursSchedule {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  /** [from, to) in minutes from Monday 00:00. An interval may cross midnight. */
  readonly weekly: readonly (readonly [number, number])[];
  readonly isAlwaysOpen: boolean;
  readonly exceptions: readonly OfficeHoursException[];
}

/** What GET /office_hours_schedules/{id} says of a schedule. */
export function renderSchedule(schedule: OfficeHoursSchedule, createdAt: number): JsonObject {
  return {
    type: "office_hours_schedule",
    id: schedule.id,
    name: schedule.name,
    time_zone_name: schedule.timeZone,
    time_intervals: schedule.weekly.map(([from, to]) => ({
      start_minute: from,
      end_minute: to,
      day_of_week: Math.floor(from / 1440),
    })),
    twenty_four_seven: schedule.isAlwaysOpen,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

/** What GET /office_hours_schedules/{id}/office_hours_exceptions lists. */
export function renderException(schedule: string, exception: OfficeHoursException, createdAt: number): JsonObject {
  const dayOfWeek = weekday(Date.parse(`${exception.date}T00:00:00Z`) / 1000 / DAY);
  return {
    type: "office_hours_exception",
    id: exception.id,
    office_hours_schedule_id: schedule,
    exception_date: exception.date,
    exception_type: exception.hours === null ? "closed" : "custom_hours",
    name: exception.name,
    time_intervals:
      exception.hours?.map(([from, to]) => ({ start_minute: from, end_minute: to, day_of_week: dayOfWeek })) ?? null,
    recurring_annually: exception.everyYear,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

/** The open seconds of a schedule from December 2023 to the end of 2028, as arithmetic on epoch seconds. */
export class OfficeCalendar {
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  /** Open seconds before each interval. */
  private readonly before: number[] = [];

  constructor(schedule: OfficeHoursSchedule) {
    let open = 0;
    for (let day = FIRST_DAY; day < LAST_DAY; day++) {
      for (const [from, to] of hoursOf(schedule, day)) {
        const start = fromWallClock(schedule.timeZone, day * DAY + from * 60);
        const end = fromWallClock(schedule.timeZone, day * DAY + to * 60);
        this.starts.push(start);
        this.ends.push(end);
        this.before.push(open);
        open += end - start;
      }
    }
  }

  /** Open seconds between two instants; negative when `to` is earlier. */
  secondsBetween(from: number, to: number): number {
    return this.openSecondsUntil(to) - this.openSecondsUntil(from);
  }

  /** The instant itself when open then, else the start of the next open interval. */
  nextOpen(epoch: number): number {
    const index = this.intervalAt(epoch);
    if (index >= 0 && epoch < (this.ends[index] ?? 0)) return epoch;
    return this.starts[index + 1] ?? epoch;
  }

  /** The instant at which `seconds` of open time have passed since `epoch`. */
  afterOpen(epoch: number, seconds: number): number {
    const target = this.openSecondsUntil(epoch) + seconds;
    let low = 0;
    let high = this.before.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.before[middle] ?? 0) <= target) low = middle;
      else high = middle - 1;
    }
    return Math.max(epoch, (this.starts[low] ?? 0) + Math.floor(target - (this.before[low] ?? 0)));
  }

  private openSecondsUntil(epoch: number): number {
    const index = this.intervalAt(epoch);
    if (index < 0) return 0;
    return (this.before[index] ?? 0) + Math.min(epoch, this.ends[index] ?? 0) - (this.starts[index] ?? 0);
  }

  /** The last interval that starts at or before the instant; -1 when none does. */
  private intervalAt(epoch: number): number {
    let low = -1;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= epoch) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Open minutes [from, to) of one wall-clock day. */
function hoursOf(schedule: OfficeHoursSchedule, day: number): readonly (readonly [number, number])[] {
  const date = new Date(day * DAY * 1000).toISOString().slice(0, 10);
  for (const exception of schedule.exceptions) {
    const isThatDay = exception.everyYear ? exception.date.slice(5) === date.slice(5) : exception.date === date;
    if (isThatDay) return exception.hours ?? [];
  }
  if (schedule.isAlwaysOpen) return [[0, 1440]];
  const midnight = weekday(day) * 1440;
  const hours: [number, number][] = [];
  for (const [from, to] of schedule.weekly) {
    // An interval that runs past Sunday's midnight goes on on Monday.
    for (const shift of [0, -MINUTES_OF_WEEK]) {
      const start = Math.max(from + shift - midnight, 0);
      const end = Math.min(to + shift - midnight, 1440);
      if (start < end) hours.push([start, end]);
    }
  }
  return hours.sort((a, b) => a[0] - b[0]);
}

/** 0 is Monday. 1970-01-01 was a Thursday. */
function weekday(day: number): number {
  return (day + 3) % 7;
}
