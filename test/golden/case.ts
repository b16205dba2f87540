import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject, type JsonObject, type JsonValue, objectsIn, parseLossless } from "../fake/json.ts";

/** Lists of a workspace that a case may have, by file; each is a list of payloads. */
const listFiles = {
  contacts: "contacts.json",
  companies: "companies.json",
  admins: "admins.json",
  teams: "teams.json",
  tags: "tags.json",
  segments: "segments.json",
  officeHoursSchedules: "office_hours_schedules.json",
  officeHoursExceptions: "office_hours_exceptions.json",
  deleted: "deleted.json",
  tickets: "tickets.json",
  ticketTypes: "ticket_types.json",
  ticketStates: "ticket_states.json",
  conversationAttributes: "conversation_attributes.json",
  dataAttributes: "data_attributes.json",
  articles: "articles.json",
  collections: "collections.json",
  helpCenters: "help_centers.json",
  subscriptionTypes: "subscription_types.json",
  awayStatusReasons: "away_status_reasons.json",
  calls: "calls.json",
  activityLogs: "activity_logs.json",
  notes: "notes.json",
} as const;

/** Lists by the id of the record that they belong to. */
const filesById = {
  companiesOfContacts: "companies_of_contacts.json",
  segmentsOf: "segments_of.json",
  handlingEventsOf: "handling_events_of.json",
  sideConversationsOf: "side_conversations_of.json",
} as const;

type Lists = { readonly [key in keyof typeof listFiles]: readonly JsonObject[] };
type ListsById = { readonly [key in keyof typeof filesById]: Readonly<Record<string, readonly JsonObject[]>> };

/** A workspace as Intercom answers at one moment; what a case has no file of is empty. */
export type GoldenStep = Lists &
  ListsById & {
    /** Epoch seconds. */
    readonly clock: number;
    readonly conversations: readonly JsonObject[];
  };

export type GoldenCase = {
  readonly name: string;
  readonly steps: readonly GoldenStep[];
  /** By mart: its rows, in the columns that the case is about. */
  readonly expected: ReadonlyMap<string, readonly JsonObject[]>;
};

const folder = join(import.meta.dirname, "cases");
const firstClock = Date.UTC(2026, 5, 1) / 1000;
const secondsPerStep = 7 * 86_400;

/** Every case, by name. Throws when a file that a case must have is missing or is not JSON. */
export async function readGoldenCases(): Promise<GoldenCase[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(readGoldenCase));
}

async function readGoldenCase(name: string): Promise<GoldenCase> {
  const path = join(folder, name);
  const entries = await readdir(path);
  if (!entries.includes("README.md")) throw new Error(`${path} has no README.md`);
  const steps = entries.filter((entry) => entry.startsWith("step-")).sort();
  const payloads = entries.includes("intercom") ? ["intercom"] : steps;
  if (payloads.length === 0) throw new Error(`${path} has neither intercom/ nor step-1/`);
  return {
    name,
    steps: await Promise.all(
      payloads.map((entry, index) => readStep(join(path, entry), firstClock + index * secondsPerStep)),
    ),
    expected: await readExpected(join(path, "expected")),
  };
}

async function readStep(path: string, clock: number): Promise<GoldenStep> {
  const entries = await readdir(path);
  const parsed = async (file: string): Promise<JsonValue> => {
    return entries.includes(file) ? parseLossless(await readFile(join(path, file), "utf8")) : undefined;
  };
  const list = async (file: string): Promise<readonly JsonObject[]> => objectsIn(await parsed(file));
  const record = async (file: string): Promise<JsonObject> => {
    const value = await parsed(file);
    return isObject(value) ? value : {};
  };
  const threads = entries.includes("conversations") ? await readdir(join(path, "conversations")) : [];
  const conversations = await Promise.all(
    threads.map(async (file) => parseLossless(await readFile(join(path, "conversations", file), "utf8"))),
  );
  const lists = Object.entries(listFiles).map(async ([key, file]) => [key, await list(file)] as const);
  const byId = Object.entries(filesById).map(async ([key, file]) => {
    const owners = Object.entries(await record(file)).map(([id, records]) => [id, objectsIn(records)] as const);
    return [key, Object.fromEntries(owners)] as const;
  });
  return {
    clock,
    conversations: objectsIn(conversations),
    // The keys are those of the tables.
    ...(Object.fromEntries(await Promise.all(lists)) as Lists),
    ...(Object.fromEntries(await Promise.all(byId)) as ListsById),
  };
}

async function readExpected(path: string): Promise<Map<string, readonly JsonObject[]>> {
  const expected = new Map<string, readonly JsonObject[]>();
  for (const file of await readdir(path)) {
    const lines = (await readFile(join(path, file), "utf8")).split("\n").filter((line) => line !== "");
    const rows: JsonValue[] = lines.map((line) => parseLossless(line));
    expected.set(file.replace(/\.ndjson$/, ""), objectsIn(rows));
  }
  if (!expected.has("conversations")) throw new Error(`${path} has no conversations.ndjson`);
  return expected;
}
