// The desk's side: teammates, teams, bots, tags, segments, office hours. Fixed, except who joins and leaves.
import type { JsonObject } from "../json.ts";
import { OfficeCalendar, type OfficeHoursSchedule } from "./office-hours.ts";

export interface Teammate {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly teamId: string;
  readonly jobTitle: string;
  /** Epoch seconds; the teammate is listed and at work from then until `leftAt`. */
  readonly leftAt: number;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly scheduleId: string;
}

export interface Tag {
  readonly id: string;
  readonly name: string;
  /** Epoch seconds from which the tag is listed. */
  readonly since: number;
}

const SET_UP_AT = Date.UTC(2024, 5, 3, 9) / 1000;

export const TEAMS = {
  tierOne: { id: "5017001", name: "Tier 1", scheduleId: "9001" },
  tierTwo: { id: "5017002", name: "Tier 2", scheduleId: "9001" },
  billing: { id: "5017003", name: "Billing", scheduleId: "9001" },
  emea: { id: "5017004", name: "EMEA", scheduleId: "9002" },
} as const satisfies Record<string, Team>;

const TEAM_LIST: readonly Team[] = Object.values(TEAMS);

const STAFF: readonly (readonly [string, keyof typeof TEAMS, string])[] = [
  ["Ada Whitlock", "tierOne", "Support Specialist"],
  ["Bram Okonkwo", "tierOne", "Support Specialist"],
  ["Carla Reyes", "tierOne", "Support Specialist"],
  ["Dev Anand Pillai", "tierOne", "Support Specialist"],
  ["Elin Sjöberg", "tierOne", "Senior Support Specialist"],
  ["Farah Nasser", "tierOne", "Support Specialist"],
  ["Gus O'Malley", "tierOne", "Support Specialist"],
  ["Hana Kobayashi", "tierTwo", "Support Engineer"],
  ["Ivo Marković", "tierTwo", "Support Engineer"],
  ["Jules Lefèvre", "tierTwo", "Support Engineer"],
  ["Kofi Boateng", "tierTwo", "Senior Support Engineer"],
  ["Lena Fischer", "billing", "Billing Specialist"],
  ["Mateo Vargas", "billing", "Billing Specialist"],
  ["Nia Roberts", "billing", "Billing Lead"],
  ["Oskar Lindqvist", "emea", "Support Specialist"],
  ["Petra Novák", "emea", "Support Specialist"],
  ["Quentin Moreau", "emea", "Support Specialist"],
  ["Rosa Bianchi", "emea", "Support Specialist"],
  ["Samir Haddad", "emea", "Senior Support Specialist"],
  ["Tove Nilsen", "emea", "Support Lead"],
];

/** Two leave: one before the world's first instant, one after it, so that advancing the clock shows it. */
const LEAVERS = new Map([
  ["Gus O'Malley", Date.UTC(2026, 2, 31, 17) / 1000],
  ["Rosa Bianchi", Date.UTC(2026, 7, 14, 16) / 1000],
]);

export const TEAMMATES: readonly Teammate[] = STAFF.map(([name, team, jobTitle], index) => ({
  id: String(7001001 + index),
  name,
  email: `${name
    .normalize("NFD")
    .replace(/[^A-Za-z ]/g, "")
    .toLowerCase()
    .replaceAll(" ", ".")}@tallyport.example`,
  teamId: TEAMS[team].id,
  jobTitle,
  leftAt: LEAVERS.get(name) ?? Number.POSITIVE_INFINITY,
}));

export const AI_AGENT = { id: "7009001", name: "Fin", email: "fin@tallyport.example" } as const;
export const OPERATOR = { id: "7009002", name: "Operator", email: "operator@tallyport.example" } as const;

export const TAGS: readonly [Tag, ...Tag[]] = [
  { id: "8101", name: "billing", since: 0 },
  { id: "8102", name: "bug", since: 0 },
  { id: "8103", name: "feature request", since: 0 },
  { id: "8104", name: "how-to", since: 0 },
  { id: "8105", name: "integration", since: 0 },
  { id: "8106", name: 'login, "SSO"', since: 0 },
  { id: "8107", name: "🔥 outage", since: 0 },
  { id: "8108", name: "VIP", since: 0 },
  { id: "8109", name: "Über-Kunde", since: 0 },
  { id: "8110", name: "refund", since: 0 },
  { id: "8111", name: "performance", since: 0 },
  { id: "8112", name: "praise", since: 0 },
  { id: "8113", name: "Q-review", since: 0 },
  { id: "8114", name: "beta 2026", since: Date.UTC(2026, 6, 15, 9) / 1000 },
];

export const SCHEDULES: readonly [OfficeHoursSchedule, ...OfficeHoursSchedule[]] = [
  {
    id: "9001",
    name: "Support hours",
    timeZone: "America/New_York",
    weekly: [...[0, 1, 2, 3, 4].map((day) => hours(day, 8, 20)), hours(5, 10, 14)],
    isAlwaysOpen: false,
    exceptions: [
      { id: "9101", date: "2024-12-25", name: "Christmas Day", everyYear: true, hours: null },
      { id: "9102", date: "2024-12-24", name: "Christmas Eve", everyYear: true, hours: [[540, 780]] },
      { id: "9103", date: "2024-07-04", name: "Independence Day", everyYear: true, hours: null },
      {
        id: "9104",
        date: "2025-09-18",
        name: "Company offsite",
        everyYear: false,
        hours: [
          [600, 720],
          [900, 1020],
        ],
      },
    ],
  },
  {
    id: "9002",
    name: "EMEA hours",
    timeZone: "Europe/Berlin",
    weekly: [...[0, 1, 2, 3].map((day) => hours(day, 9, 18)), hours(4, 9, 17)],
    isAlwaysOpen: false,
    exceptions: [
      { id: "9105", date: "2024-12-25", name: "Christmas Day", everyYear: true, hours: null },
      { id: "9106", date: "2025-05-01", name: "Labour Day", everyYear: true, hours: null },
      { id: "9107", date: "2026-05-15", name: "Bridge day", everyYear: false, hours: [[600, 840]] },
    ],
  },
  {
    id: "9003",
    name: "Weekend on call",
    timeZone: "America/New_York",
    // Friday night runs into Saturday, Sunday night into Monday.
    weekly: [
      [4 * 1440 + 22 * 60, 5 * 1440 + 120],
      [6 * 1440 + 23 * 60, 7 * 1440 + 60],
    ],
    isAlwaysOpen: false,
    exceptions: [],
  },
];

/** The workspace's default schedule: the one that Intercom's statistics go by. */
export const DEFAULT_CALENDAR = new OfficeCalendar(SCHEDULES[0]);
const CALENDARS = new Map(SCHEDULES.map((schedule) => [schedule.id, new OfficeCalendar(schedule)]));

const TEAM_BY_ID = new Map<string, Team>(TEAM_LIST.map((team) => [team.id, team]));
const TEAMMATE_BY_ID = new Map(TEAMMATES.map((teammate) => [teammate.id, teammate]));

export function teamOf(id: string): Team | undefined {
  return TEAM_BY_ID.get(id);
}

export function teammateOf(id: string): Teammate | undefined {
  return TEAMMATE_BY_ID.get(id);
}

export function calendarOf(teamId: string): OfficeCalendar {
  return CALENDARS.get(TEAM_BY_ID.get(teamId)?.scheduleId ?? "") ?? DEFAULT_CALENDAR;
}

/** Teammates of a team at work at an instant; never empty. */
export function staffOf(teamId: string, epoch: number): readonly [Teammate, ...Teammate[]] {
  const [first, ...rest] = TEAMMATES.filter(
    (teammate) => teammate.teamId === teamId && epoch < teammate.leftAt - 30 * 86400,
  );
  if (first === undefined) throw new Error(`team ${teamId} has nobody at ${epoch}`);
  return [first, ...rest];
}

export function renderAdmins(epoch: number): readonly JsonObject[] {
  return TEAMMATES.filter((teammate) => epoch < teammate.leftAt).map((teammate, index) => ({
    type: "admin",
    id: teammate.id,
    name: teammate.name,
    email: teammate.email,
    job_title: teammate.jobTitle,
    away_mode_enabled: index % 9 === 4,
    away_mode_reassign: false,
    away_status_reason_id: null,
    has_inbox_seat: true,
    team_ids: [Number(teammate.teamId)],
    avatar: null,
    team_priority_level: { primary_team_ids: [Number(teammate.teamId)], secondary_team_ids: [] },
  }));
}

export function renderTeams(epoch: number): readonly JsonObject[] {
  return TEAM_LIST.map((team) => {
    const ids = TEAMMATES.filter((each) => each.teamId === team.id && epoch < each.leftAt).map((each) =>
      Number(each.id),
    );
    return {
      type: "team",
      id: team.id,
      name: team.name,
      admin_ids: ids,
      admin_priority_level: { primary_admin_ids: ids, secondary_admin_ids: [] },
      distribution_method: "round_robin",
    };
  });
}

export function renderTags(epoch: number): readonly JsonObject[] {
  return TAGS.filter((tag) => tag.since <= epoch).map(({ id, name }) => ({ type: "tag", id, name }));
}

export function renderSegments(withCount: boolean): readonly JsonObject[] {
  return ["Active", "New", "Slipping away"].map((name, index) => ({
    type: "segment",
    id: `56203d253cba154d3901006${index}`,
    name,
    created_at: SET_UP_AT,
    updated_at: SET_UP_AT,
    person_type: "user",
    ...(withCount ? { count: 100 * (index + 1) } : {}),
  }));
}

function hours(weekday: number, from: number, to: number): readonly [number, number] {
  return [weekday * 1440 + from * 60, weekday * 1440 + to * 60];
}
