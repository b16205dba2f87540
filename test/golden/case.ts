import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject, type JsonObject, type JsonValue, objectsIn, parseLossless } from "../fake/json.ts";

/** A workspace as Intercom answers at one moment. */
export type GoldenStep = {
  /** Epoch seconds. */
  readonly clock: number;
  readonly conversations: readonly JsonObject[];
  readonly contacts: readonly JsonObject[];
  readonly companies: readonly JsonObject[];
  readonly admins: readonly JsonObject[];
  readonly teams: readonly JsonObject[];
  readonly tags: readonly JsonObject[];
  readonly segments: readonly JsonObject[];
  readonly officeHoursSchedules: readonly JsonObject[];
  readonly officeHoursExceptions: readonly JsonObject[];
  readonly deleted: readonly JsonObject[];
  /** All companies of the contacts whose own list is cut. */
  readonly companiesOfContacts: Readonly<Record<string, readonly JsonObject[]>>;
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
  return {
    clock,
    conversations: objectsIn(conversations),
    contacts: await list("contacts.json"),
    companies: await list("companies.json"),
    admins: await list("admins.json"),
    teams: await list("teams.json"),
    tags: await list("tags.json"),
    segments: await list("segments.json"),
    officeHoursSchedules: await list("office_hours_schedules.json"),
    officeHoursExceptions: await list("office_hours_exceptions.json"),
    deleted: await list("deleted.json"),
    companiesOfContacts: Object.fromEntries(
      Object.entries(await record("companies_of_contacts.json")).map(([id, companies]) => [id, objectsIn(companies)]),
    ),
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
