// Contacts and companies of the generated world: facts as of any instant, each a pure function of its index.
import type { Accounts } from "./accounts.ts";
import type { Arrivals } from "./arrivals.ts";
import { DESK_BEGIN } from "./arrivals.ts";
import { hash32, unit } from "./random.ts";

const DAY = 86400;
/** Every so many conversations, the writer is a lead that nobody knows: such a contact has no account. */
export const LEAD_EVERY = 12;
const LEAD_OFFSET = 5;
/** Contact keys of leads begin here: one key space for both kinds. */
const LEAD_KEYS_FROM = 1_000_000;

const FIRST_NAMES = [
  "Amara",
  "Ben",
  "Chloé",
  "Dmitri",
  "Eleni",
  "Felix",
  "Grace",
  "Hassan",
  "Ines",
  "Jakub",
  "Keiko",
  "Liam",
  "Maya",
  "Noor",
  "Olek",
  "Paula",
  "Rafi",
  "Sofía",
  "Tariq",
  "Yael",
];
const LAST_NAMES = [
  "Abbott",
  "Brandt",
  "Costa",
  "Dubois",
  "Eriksen",
  "Fontaine",
  "Garcia",
  "Holm",
  "Ivanova",
  "Jansen",
  "Keller",
  "Lopez",
  "Meyer",
  "Nowak",
  "Ortiz",
  "Petrov",
  "Quinn",
  "Rossi",
  "Silva",
  "Tan",
];

export interface ContactFacts {
  readonly key: number;
  readonly id: string;
  readonly externalId: string | null;
  readonly role: "user" | "lead";
  readonly name: string | null;
  readonly email: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Epoch seconds; Infinity when never. */
  readonly deletedAt: number;
  /** Accounts whose companies it belongs to, first one first. */
  readonly accounts: readonly number[];
}

export function isLeadConversation(index: number): boolean {
  return index % LEAD_EVERY === LEAD_OFFSET;
}

/** Key of the lead that began the conversation, or the last such one before it. */
export function leadKey(conversationIndex: number): number {
  return LEAD_KEYS_FROM + Math.max(0, Math.floor((conversationIndex - LEAD_OFFSET) / LEAD_EVERY));
}

export function isLeadKey(key: number): boolean {
  return key >= LEAD_KEYS_FROM;
}

export class Contacts {
  private readonly seed: number;
  private readonly accounts: Accounts;
  private readonly arrivals: Arrivals;

  constructor(seed: number, accounts: Accounts, arrivals: Arrivals) {
    this.seed = seed;
    this.accounts = accounts;
    this.arrivals = arrivals;
  }

  createdAt(key: number): number {
    if (key >= LEAD_KEYS_FROM) {
      return this.arrivals.createdAt((key - LEAD_KEYS_FROM) * LEAD_EVERY + LEAD_OFFSET) - 90;
    }
    const account = this.accounts.ofContact(key);
    const first = account.startedAt + 9 * 3600 + Math.floor(unit(this.seed, 31, account.index) * 8 * 3600);
    return key === account.firstContact ? first : first + Math.floor(unit(this.seed, 32, key) * 400 * DAY);
  }

  updatedAt(key: number, epoch: number): number {
    const createdAt = this.createdAt(key);
    if (key >= LEAD_KEYS_FROM) {
      const later = createdAt + 60 + Math.floor(unit(this.seed, 33, key) * 7200);
      return later <= epoch ? later : createdAt;
    }
    // Seen again every few weeks, until its account has gone.
    const period = Math.floor((20 + 40 * unit(this.seed, 33, key)) * DAY);
    const until = Math.min(epoch, this.accounts.churnedAtOf(this.accounts.ofContact(key).index) + 5 * DAY);
    return createdAt + Math.max(0, Math.floor((until - createdAt) / period)) * period;
  }

  deletedAt(key: number): number {
    if (key >= LEAD_KEYS_FROM) {
      return key % 29 === 5
        ? this.createdAt(key) + Math.floor((25 + 60 * unit(this.seed, 34, key)) * DAY)
        : Number.POSITIVE_INFINITY;
    }
    const isFirst = key === this.accounts.ofContact(key).firstContact;
    if (isFirst || unit(this.seed, 35, key) > 0.04) return Number.POSITIVE_INFINITY;
    return Math.floor(Math.max(this.createdAt(key), DESK_BEGIN) + (60 + 600 * unit(this.seed, 34, key)) * DAY);
  }

  facts(key: number, epoch: number): ContactFacts {
    const draw = hash32(this.seed, 36, key);
    const first = FIRST_NAMES[draw % FIRST_NAMES.length] ?? "";
    const last = LAST_NAMES[(draw >>> 8) % LAST_NAMES.length] ?? "";
    const mailbox = `${first}.${last}`
      .normalize("NFD")
      .replace(/[^A-Za-z.]/g, "")
      .toLowerCase();
    const common = { key, id: contactId(key), createdAt: this.createdAt(key), deletedAt: this.deletedAt(key) };
    const updatedAt = this.updatedAt(key, epoch);
    if (key >= LEAD_KEYS_FROM) {
      const email = draw % 2 === 0 ? `${mailbox}.${key}@mail.example` : null;
      return {
        ...common,
        updatedAt,
        externalId: null,
        role: "lead",
        name: email === null ? null : `${first} ${last}`,
        email,
        accounts: [],
      };
    }
    const account = this.accounts.ofContact(key);
    // Some have no address; a few move to another one after a while.
    const moved = draw % 23 === 3 && updatedAt - common.createdAt > 200 * DAY;
    return {
      ...common,
      updatedAt,
      externalId: draw % 10 === 7 ? null : `user-${key + 1}`,
      role: "user",
      name: `${first} ${last}`,
      email: draw % 13 === 9 ? null : `${mailbox}.${key}@${moved ? "new." : ""}${account.domain}`,
      accounts: this.accountsOf(key),
    };
  }

  /** The contact's own account first; an agency's first contact looks after several, one in fifty a dozen. */
  accountsOf(key: number): readonly number[] {
    if (key >= LEAD_KEYS_FROM) return [];
    const own = this.accounts.ofContact(key);
    const extra = key !== own.firstContact ? 0 : own.index % 50 === 11 ? 12 : own.index % 17 === 4 ? 2 : 0;
    const all = [own.index];
    for (let step = 1; all.length <= extra && step < this.accounts.list.length; step++) {
      const other = (own.index + step * 7) % this.accounts.list.length;
      if (this.accounts.account(other).startedAt < DESK_BEGIN && !all.includes(other)) all.push(other);
    }
    return all;
  }

  companyUpdatedAt(account: number, epoch: number): number {
    const { startedAt } = this.accounts.account(account);
    const until = Math.min(epoch, this.accounts.churnedAtOf(account) + 10 * DAY);
    const period = Math.floor((12 + 25 * unit(this.seed, 37, account)) * DAY);
    return startedAt + Math.max(0, Math.floor((until - startedAt) / period)) * period;
  }
}

export function contactId(key: number): string {
  return key >= LEAD_KEYS_FROM
    ? `66b0${(key - LEAD_KEYS_FROM).toString(16).padStart(20, "0")}`
    : `66a0${key.toString(16).padStart(20, "0")}`;
}

/** The key of a contact id; null when the id is none of ours. */
export function contactKey(id: string): number | null {
  if (!/^66[ab]0[0-9a-f]{20}$/.test(id)) return null;
  return Number.parseInt(id.slice(4), 16) + (id[2] === "b" ? LEAD_KEYS_FROM : 0);
}
