import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ConversationEvent, WorldTruth } from "./events.ts";
import { GeneratedWorld } from "./generated-world.ts";

const DAY = 86400;
const NINE_HOURS = 9 * 3600;

interface Ticket {
  readonly at: number;
  readonly isSlow: boolean | null;
  readonly isLow: boolean | null;
  readonly isReopened: boolean;
}

/** What an account went through in the 90 days before a month, and whether it churned in that month. */
interface AccountMonth {
  readonly tickets: number;
  readonly slow: number;
  readonly low: number;
  readonly reopened: number;
  readonly churned: boolean;
}

const worlds = [1, 2, 3].map((seed) => new GeneratedWorld({ seed, conversations: 6000 }));
const months = worlds.flatMap(accountMonths);

describe("the planted churn, as a reader of events and accounts sees it", () => {
  test("a quarter to a half of the accounts churn in 18 months, and none before it started", () => {
    for (const world of worlds) {
      const rows = world.accounts();
      const churned = rows.filter((row) => row.churned_on !== null);
      assert.ok(
        churned.length > rows.length * 0.2 && churned.length < rows.length * 0.55,
        `${churned.length} of ${rows.length}`,
      );
      for (const row of churned) assert.ok(row.started_on < (row.churned_on ?? ""), row.account_id);
    }
  });

  test("those who churned had slower first replies, lower ratings and more reopenings", () => {
    const active = months.filter((month) => month.tickets > 0);
    for (const feature of ["slow", "low", "reopened"] as const) {
      const z = difference(active, (month) => month[feature]);
      assert.ok(z > 4, `${feature}: z = ${z.toFixed(1)}`);
    }
  });

  test("the number of conversations has no effect of its own", () => {
    const z = difference(
      months.filter((month) => month.tickets >= 4),
      (month) => month.tickets,
    );
    assert.ok(Math.abs(z) < 3, `z = ${z.toFixed(1)}`);
  });

  test("an account that churned starts no conversation afterwards, and some never write", () => {
    for (const world of worlds) {
      const rows = new Map(world.accounts().map((row) => [row.company_id, row]));
      const writers = new Set<string>();
      for (const id of world.conversationIds({ includeDeleted: true })) {
        const company = companyOf(world, id);
        const [opened] = world.events(id) ?? [];
        const row = rows.get(company ?? "");
        if (row === undefined || opened === undefined) continue;
        writers.add(row.account_id);
        assert.ok(row.churned_on === null || opened.at < Date.parse(row.churned_on) / 1000, id);
        assert.ok(opened.at >= Date.parse(row.started_on) / 1000, id);
      }
      assert.ok(writers.size < rows.size && writers.size > rows.size * 0.7);
    }
  });
});

function accountMonths(world: WorldTruth): readonly AccountMonth[] {
  const tickets = new Map<string, Ticket[]>();
  for (const id of world.conversationIds()) {
    const company = companyOf(world, id);
    const log = world.events(id) ?? [];
    if (company === null || log[0]?.actor.kind !== "customer") continue;
    const list = tickets.get(company) ?? [];
    list.push(ticketOf(log));
    tickets.set(company, list);
  }
  const found: AccountMonth[] = [];
  for (const row of world.accounts()) {
    const all = tickets.get(row.company_id) ?? [];
    const churnedAt = row.churned_on === null ? Number.POSITIVE_INFINITY : Date.parse(row.churned_on) / 1000;
    for (let month = 4; month < 18; month++) {
      const [from, until] = [Date.UTC(2025, month, 1) / 1000, Date.UTC(2025, month + 1, 1) / 1000];
      if (Date.parse(row.started_on) / 1000 > from || churnedAt <= from) continue;
      const window = all.filter((ticket) => ticket.at >= from - 90 * DAY && ticket.at < from);
      const answered = window.filter((ticket) => ticket.isSlow !== null);
      const rated = window.filter((ticket) => ticket.isLow !== null);
      found.push({
        tickets: window.length,
        slow: share(answered.filter((ticket) => ticket.isSlow === true).length, answered.length),
        low: share(rated.filter((ticket) => ticket.isLow === true).length, rated.length),
        reopened: share(window.filter((ticket) => ticket.isReopened).length, window.length),
        churned: churnedAt < until,
      });
    }
  }
  return found;
}

function ticketOf(log: readonly ConversationEvent[]): Ticket {
  const openedAt = log[0]?.at ?? 0;
  const reply = log.find((event) => event.kind === "message" && event.actor.kind === "teammate");
  const rated = log.find((event) => event.kind === "rated");
  return {
    at: openedAt,
    isSlow: reply === undefined ? null : reply.at - openedAt > NINE_HOURS,
    isLow: rated?.kind === "rated" ? rated.score <= 2 : null,
    isReopened: log.some((event) => event.kind === "reopened"),
  };
}

/** The conversation's own company, else its first contact's first one. */
function companyOf(world: WorldTruth, id: string): string | null {
  return world.companyOf(id) ?? world.contactsOf(id)[0]?.companyIds[0] ?? null;
}

/** By how many standard errors the mean of those who churned lies above the others'. */
function difference(all: readonly AccountMonth[], feature: (month: AccountMonth) => number): number {
  const [churned, stayed] = [all.filter((month) => month.churned), all.filter((month) => !month.churned)].map(
    (group) => {
      const mean = group.reduce((sum, month) => sum + feature(month), 0) / group.length;
      const variance = group.reduce((sum, month) => sum + (feature(month) - mean) ** 2, 0) / (group.length - 1);
      return { mean, error: variance / group.length };
    },
  );
  if (churned === undefined || stayed === undefined) throw new Error("two groups");
  return (churned.mean - stayed.mean) / Math.sqrt(churned.error + stayed.error);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
