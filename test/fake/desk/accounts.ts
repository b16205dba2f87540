// The customers' side: accounts (each a company in Intercom), how much they write, how well they are looked after, and
// when they come and go. Memory grows with the accounts, not with the conversations.

import { DESK_BEGIN, DESK_NOW } from "./arrivals.ts";
import type { AccountRow } from "./events.ts";
import { hash32, Random, unit } from "./random.ts";

const DAY = 86400;
/** How long an account stays well or poorly looked after; then the draw is repeated. */
const CARE_PERIOD_SECONDS = 75 * DAY;
/** New accounts keep coming after the world's first instant. */
const LATER_ACCOUNTS_SHARE = 0.15;

/** The first account was there before the desk began, writes, and never churns: there is always somebody. */
export const FAITHFUL_ACCOUNT = 0;

export type PlanName = "starter" | "growth" | "scale";

const PLAN_OF: Record<PlanName, { readonly mrr: readonly [number, number]; readonly poorCare: number }> = {
  starter: { mrr: [49, 199], poorCare: 0.36 },
  growth: { mrr: [299, 1499], poorCare: 0.3 },
  scale: { mrr: [1999, 9999], poorCare: 0.22 },
};

const NAME_STARTS = [
  "Alder",
  "Birch",
  "Cobalt",
  "Delta",
  "Ember",
  "Fjord",
  "Granite",
  "Harbor",
  "Indigo",
  "Juniper",
] as const;
const NAME_MIDDLES = [
  "field",
  "stone",
  "works",
  "line",
  "forge",
  "bridge",
  "ware",
  "mark",
  "path",
  "well",
  "light",
] as const;
const NAME_ENDS = [
  "Labs",
  "GmbH",
  "Inc.",
  "& Sons",
  "Studio",
  "Logistics",
  "Health",
  "Foods",
  "Media",
  "B.V.",
] as const;
const INDUSTRIES = ["Software", "Retail", "Logistics", "Health care", "Manufacturing", "Education", "Media"] as const;

export interface Account {
  readonly index: number;
  readonly name: string;
  readonly domain: string;
  readonly industry: string;
  readonly plan: PlanName;
  readonly mrr: number;
  /** Epoch seconds, a UTC midnight. */
  readonly startedAt: number;
  /** Relative number of conversations; 0: never writes. */
  readonly volume: number;
  /** Index of its first contact, and how many it has. */
  readonly firstContact: number;
  readonly contacts: number;
}

export class Accounts {
  readonly list: readonly Account[];
  readonly contactCount: number;
  private readonly seed: number;
  /** Epoch seconds, a UTC midnight; written by the churn simulation as time passes. */
  private readonly churnedAt: Float64Array;
  private readonly volumeBefore: Float64Array;
  private readonly accountOfContact: Int32Array;

  constructor(seed: number, count: number) {
    this.seed = seed;
    const list: Account[] = [];
    let contacts = 0;
    for (let index = 0; index < count + Math.ceil(count * LATER_ACCOUNTS_SHARE); index++) {
      const account = draw(seed, index, count, contacts);
      contacts += account.contacts;
      list.push(account);
    }
    this.list = list;
    this.contactCount = contacts;
    this.churnedAt = new Float64Array(list.length).fill(Number.POSITIVE_INFINITY);
    this.volumeBefore = new Float64Array(list.length + 1);
    this.accountOfContact = new Int32Array(contacts);
    for (const account of list) {
      this.volumeBefore[account.index + 1] = (this.volumeBefore[account.index] ?? 0) + account.volume;
      this.accountOfContact.fill(account.index, account.firstContact, account.firstContact + account.contacts);
    }
  }

  account(index: number): Account {
    const account = this.list[index];
    if (account === undefined) throw new Error(`there is no account ${index}`);
    return account;
  }

  ofContact(contact: number): Account {
    return this.account(this.accountOfContact[contact] ?? -1);
  }

  isActive(index: number, epoch: number): boolean {
    return this.account(index).startedAt <= epoch && epoch < this.churnedAtOf(index);
  }

  churnedAtOf(index: number): number {
    return this.churnedAt[index] ?? Number.POSITIVE_INFINITY;
  }

  churn(index: number, epoch: number): void {
    this.churnedAt[index] = epoch;
  }

  /** Whether the account is poorly looked after at that time: slow replies, worse ratings, more reopenings. */
  isPoorlyServed(index: number, epoch: number): boolean {
    const account = this.account(index);
    const period = Math.floor(epoch / CARE_PERIOD_SECONDS + unit(this.seed, 21, index));
    return unit(this.seed, 22, index, period) < PLAN_OF[account.plan].poorCare;
  }

  /** Some account that was active then, the busier the likelier. */
  pickActive(random: Random, epoch: number): number {
    const total = this.volumeBefore[this.list.length] ?? 0;
    for (let attempt = 0; attempt < 200; attempt++) {
      const target = random.next() * total;
      let low = 0;
      let high = this.list.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((this.volumeBefore[middle] ?? 0) <= target) low = middle;
        else high = middle - 1;
      }
      if (this.isActive(low, epoch)) return low;
    }
    return FAITHFUL_ACCOUNT;
  }

  /** The `accounts` relation as of an instant: accounts that have started, churn dates that have come. */
  rows(epoch: number): readonly AccountRow[] {
    return this.list
      .filter((account) => account.startedAt <= epoch)
      .map((account) => {
        const churnedAt = this.churnedAtOf(account.index);
        return {
          account_id: `acct_${String(account.index + 1).padStart(4, "0")}`,
          company_id: companyId(account.index),
          started_on: isoDay(account.startedAt),
          churned_on: churnedAt <= epoch ? isoDay(churnedAt) : null,
          plan: account.plan,
          mrr: account.mrr,
        };
      });
  }
}

/** Intercom's id of the company of an account. */
export function companyId(account: number): string {
  return `65c0de00${account.toString(16).padStart(16, "0")}`;
}

/** The account whose company has that id; null when the id is none of ours. */
export function accountOfCompany(id: string): number | null {
  return /^65c0de00[0-9a-f]{16}$/.test(id) ? Number.parseInt(id.slice(8), 16) : null;
}

function draw(seed: number, index: number, count: number, firstContact: number): Account {
  const random = new Random(hash32(seed, 20, index));
  const [start, middle, end] = [random.pick(NAME_STARTS), random.pick(NAME_MIDDLES), random.pick(NAME_ENDS)];
  const plan = random.chance(0.5) ? "starter" : random.chance(0.64) ? "growth" : "scale";
  const [low, high] = PLAN_OF[plan].mrr;
  const before = random.chance(0.6) || index === FAITHFUL_ACCOUNT;
  const since = before
    ? DESK_BEGIN - random.next() * 3 * 365 * DAY
    : DESK_BEGIN + random.next() * (DESK_NOW - DESK_BEGIN - 20 * DAY);
  const later = DESK_NOW + ((index - count + random.next()) / (count * LATER_ACCOUNTS_SHARE)) * 365 * DAY;
  const neverWrites = random.chance(0.1);
  const volume = random.skewed(1, 0.9, 12);
  return {
    index,
    name: `${start}${middle} ${end}`,
    domain: `${start}${middle}-${index}.example`.toLowerCase(),
    industry: random.pick(INDUSTRIES),
    plan,
    mrr: Math.round(low + random.next() * (high - low)),
    startedAt: Math.floor((index < count ? since : later) / DAY) * DAY,
    volume: neverWrites && index !== FAITHFUL_ACCOUNT ? 0 : volume,
    firstContact,
    contacts: Math.round(random.skewed(plan === "starter" ? 3 : 6, 0.6, 24)) || 1,
  };
}

function isoDay(epoch: number): string {
  return new Date(epoch * 1000).toISOString().slice(0, 10);
}
