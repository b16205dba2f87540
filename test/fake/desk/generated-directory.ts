// Contacts and companies of the generated world, with what tests have changed about them.

import type { JsonObject } from "../json.ts";
import { encoded, type JsonText } from "../json-text.ts";
import { type Accounts, accountOfCompany, companyId } from "./accounts.ts";
import { type Arrivals, DESK_BEGIN } from "./arrivals.ts";
import { companyAttributes, contactAttributes } from "./attributes/records.ts";
import { type Participant, participant } from "./authors.ts";
import type { DeskClock } from "./clock.ts";
import { type ContactFacts, type Contacts, contactKey, isLeadKey, LEAD_EVERY, leadKey } from "./contacts.ts";
import { lonelyCompanyId, renderCompany, renderContact, renderLonelyCompany } from "./directory.ts";
import { Memo } from "./memo.ts";
import type { Bounds, Companies, FoundContact, Records } from "./world.ts";

const DAY = 86400;
/** A lead changes for the last time within hours of its first message. */
const LEAD_CHANGES_SECONDS_MAX = 4 * 3600;
/** Keys of contacts that tests add. */
const ADDED_KEYS_FROM = 3_000_000;
const LONELY_KEYS_FROM = 1_000_000;
const KEPT_PARTICIPANTS_MAX = 20_000;
const KEPT_COMPANIES_MAX = 2000;

/** A change made by a test: from `at` on, the contact has these. */
interface Patch {
  readonly at: number;
  readonly facts: Partial<Pick<ContactFacts, "email" | "accounts" | "deletedAt">>;
  readonly mergedIntoId?: string;
}

export interface DirectorySources {
  readonly time: DeskClock;
  readonly accounts: Accounts;
  readonly people: Contacts;
  readonly arrivals: Arrivals;
  /** How many companies nobody belongs to. */
  readonly lonelyCompanies: number;
  /** Contacts and companies have the attributes that the team defined. */
  readonly isWhole: boolean;
}

export class GeneratedDirectory {
  readonly contacts: Records;
  readonly companies: Companies;
  private readonly isWhole: boolean;
  private readonly time: DeskClock;
  private readonly accounts: Accounts;
  private readonly people: Contacts;
  private readonly arrivals: Arrivals;
  private readonly patches = new Map<number, Patch[]>();
  private readonly added: ContactFacts[] = [];
  private readonly shownCompanies = new Map<string, readonly string[]>();
  /** As of the world's clock, at `rememberedAt`. */
  private readonly participants: Memo<string, Participant>;
  private readonly companyTexts: Memo<number, JsonText>;
  private rememberedAt = -1;

  constructor(sources: DirectorySources) {
    const { time, accounts, people, arrivals, lonelyCompanies } = sources;
    this.isWhole = sources.isWhole;
    this.time = time;
    this.accounts = accounts;
    this.people = people;
    this.arrivals = arrivals;
    this.contacts = {
      select: (bounds, epoch, visit) => this.selectContacts(bounds, epoch, visit),
      render: (key, epoch) => this.renderContact(this.factsOf(key, epoch)),
      text: (key, epoch) => encoded(this.renderContact(this.factsOf(key, epoch))),
    };
    this.companies = {
      keys: (withLonely) => this.companyKeys(withLonely ? lonelyCompanies : 0),
      render: (key) => this.renderCompany(key),
      find: (id) => this.findCompany(id, lonelyCompanies),
    };
    this.participants = new Memo(KEPT_PARTICIPANTS_MAX, (id) => participant(id, this.factsById(id)));
    this.companyTexts = new Memo(KEPT_COMPANIES_MAX, (account) => encoded(this.renderCompany(account)));
  }

  /** As of an instant, whether it exists then or not. */
  factsOf(key: number, epoch: number): ContactFacts {
    const given = this.added[key - ADDED_KEYS_FROM];
    let facts = given ?? this.shown(this.people.facts(key, this.time.plannedUntil(epoch)));
    for (const patch of this.patches.get(key) ?? []) {
      if (patch.at <= epoch) facts = { ...facts, ...patch.facts, updatedAt: patch.at };
    }
    return facts;
  }

  /** Facts by id as of the world's clock; null when there never was such a contact. */
  factsById(id: string): ContactFacts | null {
    const key = this.keyOf(id);
    return key === null ? null : this.factsOf(key, this.time.now());
  }

  /** The companies of a contact as somebody was last shown them; none when the contact was never shown. */
  lastShownCompanies(id: string): readonly string[] {
    return this.shownCompanies.get(id) ?? [];
  }

  find(id: string): FoundContact {
    const key = this.keyOf(id);
    if (key === null) return { kind: "missing" };
    const now = this.time.now();
    const merged = this.patches.get(key)?.find((patch) => patch.mergedIntoId !== undefined);
    if (merged?.mergedIntoId !== undefined) return { kind: "merged", intoId: merged.mergedIntoId };
    const facts = this.factsOf(key, now);
    if (facts.createdAt > now || facts.deletedAt <= now) return { kind: "missing" };
    return { kind: "found", payload: this.renderContact(facts) };
  }

  companiesOf(id: string): readonly JsonObject[] | null {
    const facts = this.factsById(id);
    const now = this.time.now();
    if (facts === null || facts.createdAt > now || facts.deletedAt <= now) return null;
    return facts.accounts.map((account) => this.renderCompany(account));
  }

  /** Whoever has that id, as conversations name them by the world's clock. */
  readonly participantOf = (id: string): Participant => {
    this.stayCurrent();
    return this.participants.get(id);
  };

  companyOfAccount(account: number | null): JsonText | null {
    if (account === null) return null;
    this.stayCurrent();
    return this.companyTexts.get(account);
  }

  /** Where a merged contact's later doings go. */
  survivor(id: string): string {
    const key = contactKey(id) ?? this.keyOf(id);
    const merged = this.patches.get(key ?? -1)?.find((patch) => patch.mergedIntoId !== undefined);
    return merged?.mergedIntoId ?? id;
  }

  get hasMerged(): boolean {
    return [...this.patches.values()].some((all) => all.some((patch) => patch.mergedIntoId !== undefined));
  }

  patch(id: string, at: number, facts: Patch["facts"], mergedIntoId?: string): void {
    const key = this.keyOf(id);
    if (key === null) throw new Error(`there is no contact ${id}`);
    const all = this.patches.get(key) ?? [];
    this.forget();
    all.push(mergedIntoId === undefined ? { at, facts } : { at, facts, mergedIntoId });
    this.patches.set(key, all);
  }

  add(at: number, email: string | null, name: string | null): string {
    const key = ADDED_KEYS_FROM + this.added.length;
    const id = `66c0${(key - ADDED_KEYS_FROM).toString(16).padStart(20, "0")}`;
    this.forget();
    this.added.push({
      key,
      id,
      externalId: null,
      role: "lead",
      name,
      email,
      createdAt: at,
      updatedAt: at,
      deletedAt: Number.POSITIVE_INFINITY,
      accounts: [],
    });
    return id;
  }

  private stayCurrent(): void {
    if (this.rememberedAt === this.time.version()) return;
    this.forget();
    this.rememberedAt = this.time.version();
  }

  private forget(): void {
    this.participants.forget();
    this.companyTexts.forget();
  }

  private keyOf(id: string): number | null {
    if (!id.startsWith("66c0")) return contactKey(id);
    const position = Number.parseInt(id.slice(4), 16);
    return position < this.added.length ? ADDED_KEYS_FROM + position : null;
  }

  private selectContacts(bounds: Bounds, epoch: number, visit: (key: number, updatedAt: number) => void): void {
    const planned = this.time.plannedUntil(epoch);
    const consider = (key: number): void => {
      if (this.patches.has(key)) {
        const facts = this.factsOf(key, epoch);
        if (facts.deletedAt > epoch) offer(key, facts.createdAt, facts.updatedAt);
        return;
      }
      const createdAt = this.people.createdAt(key);
      if (createdAt > planned || this.people.deletedAt(key) <= planned) return;
      offer(key, this.time.shown(createdAt), this.time.shown(this.people.updatedAt(key, planned)));
    };
    const offer = (key: number, createdAt: number, updatedAt: number): void => {
      if (createdAt > epoch || createdAt < bounds.createdFrom || createdAt > bounds.createdTo) return;
      if (updatedAt >= bounds.updatedFrom && updatedAt <= bounds.updatedTo) visit(key, updatedAt);
    };
    for (let key = 0; key < this.accounts.contactCount; key++) consider(key);
    const leadsFrom = leadKey(this.arrivals.indexFrom(bounds.updatedFrom - LEAD_CHANGES_SECONDS_MAX - DAY));
    const leadsUntil = leadKey(this.arrivals.indexFrom(planned + 1) + LEAD_EVERY);
    for (let key = leadsFrom; key <= leadsUntil; key++) consider(key);
    for (const key of this.patches.keys()) if (isLeadKey(key) && key < leadsFrom) consider(key);
    for (const { key } of this.added) {
      const facts = this.factsOf(key, epoch);
      if (facts.deletedAt > epoch) offer(key, facts.createdAt, facts.updatedAt);
    }
  }

  private shown(facts: ContactFacts): ContactFacts {
    const { time } = this;
    return {
      ...facts,
      createdAt: time.shown(facts.createdAt),
      updatedAt: time.shown(facts.updatedAt),
      deletedAt: time.shown(facts.deletedAt),
    };
  }

  private renderContact(facts: ContactFacts): JsonObject {
    this.shownCompanies.set(facts.id, facts.accounts.map(companyId));
    const { key, createdAt, updatedAt } = facts;
    const attributes = this.isWhole ? contactAttributes(key, createdAt, updatedAt) : {};
    return renderContact(facts, facts.accounts.map(companyId), attributes);
  }

  private renderCompany(key: number): JsonObject {
    if (key >= LONELY_KEYS_FROM) return renderLonelyCompany(key - LONELY_KEYS_FROM, DESK_BEGIN);
    const updatedAt = this.people.companyUpdatedAt(key, this.time.plannedUntil(this.time.now()));
    const account = this.accounts.account(key);
    const shownAt = this.time.shown(updatedAt);
    return renderCompany(account, shownAt, this.isWhole ? companyAttributes(key, account.startedAt, shownAt) : {});
  }

  private companyKeys(lonely: number): readonly number[] {
    const planned = this.time.plannedUntil(this.time.now());
    const keys = this.accounts.list.filter((account) => account.startedAt <= planned).map(({ index }) => index);
    const lastSeen = new Map(keys.map((key) => [key, this.people.companyUpdatedAt(key, planned)]));
    keys.sort((a, b) => (lastSeen.get(b) ?? 0) - (lastSeen.get(a) ?? 0) || a - b);
    for (let each = 0; each < lonely; each++) keys.push(LONELY_KEYS_FROM + each);
    return keys;
  }

  private findCompany(id: string, lonely: number): JsonObject | null {
    for (let each = 0; each < lonely; each++)
      if (lonelyCompanyId(each) === id) return this.renderCompany(LONELY_KEYS_FROM + each);
    const account = accountOfCompany(id);
    if (account === null || (this.accounts.list[account]?.startedAt ?? Number.POSITIVE_INFINITY) > this.time.now())
      return null;
    return this.renderCompany(account);
  }
}
