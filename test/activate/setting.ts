// The tests of activation share this: a warehouse of tickets, a fake of a destination, and a run in this process.

import { join } from "node:path";
import type { TestContext } from "node:test";
import { activate, type DestinationOptions } from "../../loader/activate/activate.ts";
import { openOutbox } from "../../loader/commands/activate.ts";
import { type Config, readConfig } from "../../loader/config.ts";
import type { Effects } from "../../loader/effects.ts";
import { messageOf } from "../../loader/errors.ts";
import { FakeAttio, type FakeAttioOptions } from "../fake/attio/server.ts";
import { FakePostHog, type FakePostHogOptions } from "../fake/posthog/server.ts";
import { SkippingClock } from "../fault/skipping-clock.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { makeTicketWarehouse, type NewTicket } from "./tickets.ts";

/** The longest wait for an answer: a silent server must not hold up the tests. */
const silenceMsMax = 300;
/** So fast that the pace is no bottleneck. */
export const fastPace = 5000;
export const fastLimits = { reads: 1e6, writes: 1e6 };

export type Ended = {
  readonly exitCode: number | undefined;
  /** The error message, when it failed. */
  readonly error: string | undefined;
  /** The summary, when there was one. */
  readonly summary: Summary | undefined;
  readonly lines: readonly string[];
};

export type Summary = {
  readonly sent: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly waiting: number;
  readonly requests: number;
  readonly reasons: Readonly<Record<string, { readonly events: number; readonly conversations: readonly string[] }>>;
  readonly counts: Readonly<Record<string, number>>;
};

export type RunOptions = {
  readonly isDryRun?: boolean;
  readonly isRetrying?: boolean;
  readonly isSendingAgain?: boolean;
  readonly since?: number;
  readonly limit?: number;
  readonly signal?: AbortSignal;
  readonly effects?: Effects;
  readonly isText?: boolean;
};

/** A DuckDB file with these tickets, and its configuration. */
export async function setUpWarehouse(context: TestContext, tickets: readonly NewTicket[]) {
  const folder = temporaryFolder(context);
  const path = join(folder, "warehouse.duckdb");
  await makeTicketWarehouse(path, tickets);
  return { path, folder, config: readConfig({ DUCKDB_PATH: path, STATE_DIR: join(folder, "state") }) };
}

export async function startPostHog(context: TestContext, options: FakePostHogOptions = {}): Promise<FakePostHog> {
  const fake = await FakePostHog.start(options);
  context.after(() => fake.close());
  return fake;
}

export async function startAttio(context: TestContext, options: FakeAttioOptions = {}): Promise<FakeAttio> {
  const fake = await FakeAttio.start({ rateLimits: fastLimits, ...options });
  context.after(() => fake.close());
  return fake;
}

export function toPostHog(fake: FakePostHog): DestinationOptions {
  return { name: "posthog", settings: { host: fake.url, apiKey: fake.apiKey }, hasPersonProfiles: true };
}

type AttioFlags = {
  readonly mode?: "activity" | "record" | "note";
  readonly isSettingUp?: boolean;
  readonly isCreatingPeople?: boolean;
};

export function toAttio(fake: FakeAttio, flags: AttioFlags = {}): DestinationOptions {
  const { mode = "record", isSettingUp = false, isCreatingPeople = false } = flags;
  const settings = { baseUrl: fake.url, apiKey: fake.apiKey };
  return { name: "attio", settings, mode, isSettingUp, isCreatingPeople, writesPerSecond: fastPace };
}

/** One run of `activate`, whose sleeps take no time. */
export async function run(config: Config, destination: DestinationOptions, options: RunOptions = {}): Promise<Ended> {
  const lines: string[] = [];
  const effects =
    options.effects ??
    new SkippingClock().effects(
      () => 0.5,
      () => undefined,
    );
  let exitCode: number | undefined;
  let error: string | undefined;
  try {
    exitCode = await activate({
      config,
      destination,
      options: {
        isDryRun: options.isDryRun === true,
        isRetrying: options.isRetrying === true,
        isSendingAgain: options.isSendingAgain === true,
        since: options.since,
        limit: options.limit,
        isJson: options.isText !== true,
      },
      effects,
      openOutbox: () => openOutbox(config, effects),
      signal: options.signal ?? new AbortController().signal,
      say: (line) => lines.push(line),
      silenceMsMax,
    });
  } catch (thrown) {
    error = messageOf(thrown);
    exitCode =
      typeof thrown === "object" && thrown !== null && "exitCode" in thrown ? Number(thrown.exitCode) : undefined;
  }
  return { exitCode, error, summary: summaryOf(lines), lines };
}

function summaryOf(lines: readonly string[]): Summary | undefined {
  const last = lines.at(-1);
  return last?.startsWith("{") ? JSON.parse(last) : undefined;
}

/** Sets the workspace up, with everybody whom the tickets name and their companies. */
export async function populate(
  fake: FakeAttio,
  config: Config,
  tickets: readonly NewTicket[],
  mode: "activity" | "record" | "note" = "record",
): Promise<void> {
  const ended = await run(config, toAttio(fake, { mode, isSettingUp: true }));
  if (ended.error !== undefined) throw new Error(ended.error);
  for (const email of new Set(tickets.map((ticket) => ticket.contact_email))) if (email !== null) fake.addPerson(email);
  for (const domain of new Set(tickets.map((ticket) => ticket.company_domain)))
    if (domain !== null) fake.addCompany(domain);
}
