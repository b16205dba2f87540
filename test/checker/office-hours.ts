import { OfficeCalendar } from "../fake/desk/office-hours.ts";
import { SCHEDULES } from "../fake/desk/people.ts";
import type { OfficeHours } from "./metric-spans.ts";

/** The clock of office hours begins here; before it nothing is known. */
const clockStart = Date.UTC(2010, 0, 1) / 1000;

/** The hours that a team's work is measured by, as the build was told: team id → schedule id. */
export function officeHours(scheduleOfTeam: Readonly<Record<string, string>>): (teamId: string | null) => OfficeHours {
  const known = new Map(
    SCHEDULES.map((schedule) => {
      const calendar = new OfficeCalendar(schedule);
      const secondsBetween = (from: number, to: number): number | null =>
        Math.min(from, to) < clockStart ? null : calendar.secondsBetween(from, to);
      return [schedule.id, { scheduleId: schedule.id, secondsBetween }];
    }),
  );
  return (teamId) => {
    const hours = known.get(scheduleOfTeam[teamId ?? ""] ?? SCHEDULES[0].id);
    if (hours === undefined) throw new Error(`team ${teamId} is to keep the hours of a schedule that is not there`);
    return hours;
  };
}
