// A SaaS company's support desk, made up: any number of conversations in constant memory, because each is a pure function
// of (seed, index, clock). Tests may change things on top of it: see `change`.

import { type JsonObject, parseObject } from "../json.ts";
import { Accounts, companyId } from "./accounts.ts";
import { Around } from "./around/around.ts";
import { HelpCenter } from "./around/knowledge.ts";
import { renderAwayStatusReasons, renderSubscriptionTypes } from "./around/settings.ts";
import { ADVANCE_SECONDS_MAX, Arrivals, DESK_NOW } from "./arrivals.ts";
import { renderConversationAttributes, renderDataAttributes } from "./attributes/definitions.ts";
import { DeskChanges } from "./changes.ts";
import { ChurnSimulation } from "./churn.ts";
import { DeskClock } from "./clock.ts";
import { Contacts } from "./contacts.ts";
import { WORKSPACE_ID } from "./directory.ts";
import type { AccountRow, ConversationContact, ConversationEvent, WorldTruth } from "./events.ts";
import { ADDED_KEYS_FROM, GeneratedConversations } from "./generated-conversations.ts";
import { GeneratedDirectory } from "./generated-directory.ts";
import { renderException, renderSchedule } from "./office-hours.ts";
import { renderAdmins, renderSegments, renderTags, renderTeams, SCHEDULES, TEAMMATES } from "./people.ts";
import { CONVERSATIONS_BESIDE_TICKETS_MAX, ConversationsWithTickets } from "./tickets/as-conversations.ts";
import { TicketChanges } from "./tickets/changes.ts";
import type { TicketEvent, TicketTruth } from "./tickets/events.ts";
import { GeneratedTickets } from "./tickets/generated.ts";
import { renderTicketStates, renderTicketTypes } from "./tickets/render-catalog.ts";
import { TicketSlots } from "./tickets/slots.ts";
import { Ticketing } from "./tickets/ticketing.ts";
import { publicTicketEvent } from "./tickets/timeline.ts";
import { publicEvent } from "./timeline.ts";
import type { FoundContact, Knowledge, Records, Surroundings, Tickets, World } from "./world.ts";

const SET_UP_AT = Date.UTC(2024, 5, 3, 9) / 1000;

export interface GeneratedWorldOptions {
  readonly seed?: number;
  /** How many conversations have begun by the clock's start; deleted ones count. */
  readonly conversations?: number;
  readonly accounts?: number;
  /** Companies that no contact belongs to. */
  readonly lonelyCompanies?: number;
  /** Conversations, contacts and companies have what a workspace in full use has: attributes, merges, quality scores. */
  readonly isWhole?: boolean;
  /** How many tickets have begun by the clock's start, give or take a few; none unless told. */
  readonly tickets?: number;
  /** A converted ticket has the id of its conversation; else, and unless told, ids of its own. */
  readonly ticketsShareIds?: boolean;
  /** Tickets of their own are found among the conversations as well, as public programs tell; not unless told. */
  readonly ticketsAreConversations?: boolean;
  /** Memory for conversations that are kept as they were sent; 128 MB unless told. */
  readonly keptBytesMax?: number | undefined;
  /** How long what was planned is put off after each move of the clock (clock.ts): shorter than the moves. */
  readonly quietSeconds?: number;
  /** Milliseconds that run; for tests that must not depend on real time. */
  readonly now?: () => number;
}

export class GeneratedWorld implements World, WorldTruth, TicketTruth {
  readonly time: DeskClock;
  readonly timeZone = "America/New_York";
  readonly companiesKey = "companies";
  readonly conversations: GeneratedConversations | ConversationsWithTickets;
  readonly contacts: Records;
  readonly companies: GeneratedDirectory["companies"];
  readonly tickets: Tickets;
  readonly hasTickets: boolean;
  readonly knowledge: Knowledge;
  readonly around: Surroundings;
  /** Changes on top of what is generated. */
  readonly change: DeskChanges;
  /** The same of tickets; only in a world that has some. */
  readonly changeTickets: TicketChanges;
  private readonly accountBook: Accounts;
  private readonly simulation: ChurnSimulation;
  private readonly directory: GeneratedDirectory;
  private readonly stories: GeneratedConversations;
  private readonly ticketStories: GeneratedTickets;

  constructor(options: GeneratedWorldOptions = {}) {
    const {
      seed = 1,
      conversations = 2000,
      accounts: accountCount = 300,
      lonelyCompanies = 25,
      isWhole = false,
      tickets = 0,
      ticketsShareIds = false,
      ticketsAreConversations = false,
      keptBytesMax,
      quietSeconds,
      now,
    } = options;
    if (conversations > ADDED_KEYS_FROM / 2) throw new RangeError(`at most ${ADDED_KEYS_FROM / 2} conversations`);
    const time = new DeskClock(DESK_NOW, now, quietSeconds);
    const arrivals = new Arrivals(seed, conversations);
    const accounts = new Accounts(seed, accountCount);
    const people = new Contacts(seed, accounts, arrivals);
    const simulation = new ChurnSimulation(seed, accounts, people, arrivals);
    simulation.simulateUntil(DESK_NOW);
    const directory = new GeneratedDirectory({ time, accounts, people, arrivals, lonelyCompanies, isWhole });
    this.time = time;
    this.accountBook = accounts;
    this.simulation = simulation;
    this.directory = directory;
    const slots = new TicketSlots(seed, arrivals, conversations, tickets);
    const ticketing = new Ticketing(seed, time, slots, ticketsShareIds);
    this.stories = new GeneratedConversations({
      seed,
      time,
      arrivals,
      accounts,
      people,
      simulation,
      directory,
      isWhole,
      ticketing: tickets > 0 ? ticketing : null,
      keptBytesMax,
    });
    this.hasTickets = tickets > 0;
    this.knowledge = new HelpCenter(seed, time);
    this.around = new Around({ time, accounts, conversations: this.stories, directory, isWhole });
    this.ticketStories = new GeneratedTickets({
      seed,
      time,
      arrivals,
      ticketing,
      conversations: this.stories,
      directory,
    });
    this.tickets = {
      records: (partsMax) => this.ticketStories.records(partsMax),
      retrieve: (id) => this.ticketStories.retrieve(id),
      types: renderTicketTypes,
      states: renderTicketStates,
    };
    if (ticketsAreConversations && conversations > CONVERSATIONS_BESIDE_TICKETS_MAX)
      throw new RangeError(`at most ${CONVERSATIONS_BESIDE_TICKETS_MAX} conversations beside tickets`);
    this.conversations = ticketsAreConversations
      ? new ConversationsWithTickets(this.stories, this.ticketStories)
      : this.stories;
    this.contacts = directory.contacts;
    this.companies = directory.companies;
    this.change = new DeskChanges(time, this.stories, directory);
    this.changeTickets = new TicketChanges({
      time,
      conversations: this.stories,
      tickets: this.ticketStories,
      ticketing,
    });
  }

  version(): number {
    return this.time.version() * 1_000_000 + this.change.count + this.changeTickets.count;
  }

  clock(): number {
    return this.time.now();
  }

  advance(seconds: number): void {
    if (this.time.now() + seconds > DESK_NOW + ADVANCE_SECONDS_MAX) {
      throw new RangeError(`the desk's story ends ${ADVANCE_SECONDS_MAX} seconds after it starts`);
    }
    this.time.advance(seconds);
    this.simulation.simulateUntil(this.time.now());
  }

  me(): JsonObject {
    const [admin] = TEAMMATES;
    const app = {
      type: "app",
      id_code: WORKSPACE_ID,
      name: "Tallyport",
      created_at: SET_UP_AT,
      secure: true,
      identity_verification: true,
      timezone: this.timeZone,
      region: "US",
    };
    const avatar = { type: "avatar", image_url: null };
    return {
      type: "admin",
      id: admin?.id,
      email: admin?.email,
      name: admin?.name,
      email_verified: true,
      app,
      avatar,
      has_inbox_seat: true,
    };
  }

  conversation(id: string, isPlain: boolean): JsonObject | null {
    const bytes = this.conversationBytes(id, isPlain);
    return bytes === null ? null : parseObject(bytes.toString());
  }

  conversationBytes(id: string, isPlain: boolean): Buffer | null {
    return this.conversations.retrieve(id, isPlain);
  }

  deletedConversations(): readonly JsonObject[] {
    return this.stories.deletions().map(({ id, at, metricsRetained }) => ({
      type: "conversation",
      id,
      metrics_retained: metricsRetained,
      deleted_at: at,
    }));
  }

  contact(id: string): FoundContact {
    return this.directory.find(id);
  }

  companiesOfContact(id: string): readonly JsonObject[] | null {
    return this.directory.companiesOf(id);
  }

  admins(): readonly JsonObject[] {
    return renderAdmins(this.time.now());
  }

  teams(): readonly JsonObject[] {
    return renderTeams(this.time.now());
  }

  tags(): readonly JsonObject[] {
    return [...renderTags(this.time.now()), ...this.change.tags.map(({ id, name }) => ({ type: "tag", id, name }))];
  }

  segments(withCount: boolean): readonly JsonObject[] {
    return renderSegments(withCount);
  }

  subscriptionTypes(): readonly JsonObject[] {
    return renderSubscriptionTypes();
  }

  awayStatusReasons(): readonly JsonObject[] {
    return renderAwayStatusReasons();
  }

  conversationAttributes(withArchived: boolean): readonly JsonObject[] {
    return renderConversationAttributes(withArchived);
  }

  dataAttributes(model: "contact" | "company" | null, withArchived: boolean): readonly JsonObject[] {
    return renderDataAttributes(model, withArchived);
  }

  officeHoursSchedules(): readonly JsonObject[] {
    return SCHEDULES.map((schedule) => renderSchedule(schedule, SET_UP_AT));
  }

  officeHoursExceptions(scheduleId: string): readonly JsonObject[] | null {
    const schedule = SCHEDULES.find((each) => each.id === scheduleId);
    return schedule?.exceptions.map((exception) => renderException(scheduleId, exception, SET_UP_AT)) ?? null;
  }

  events(conversationId: string): readonly ConversationEvent[] | null {
    return this.stories.storyById(conversationId)?.events.map(publicEvent) ?? null;
  }

  conversationIds(options: { readonly includeDeleted?: boolean } = {}): Iterable<string> {
    return this.stories.ids(options.includeDeleted ?? false);
  }

  ticketIds(options: { readonly includeDeleted?: boolean } = {}): Iterable<string> {
    return this.ticketStories.ids(options.includeDeleted ?? false);
  }

  ticketEvents(ticketId: string): readonly TicketEvent[] | null {
    return this.ticketStories.events(ticketId)?.map(publicTicketEvent) ?? null;
  }

  contactsOf(conversationId: string): readonly ConversationContact[] {
    const story = this.stories.storyById(conversationId);
    const ids = story === null ? [] : (this.stories.snapshot(story)?.contactIds ?? []);
    return ids.map((contactId) => {
      const facts = this.directory.factsById(contactId);
      const isDeleted = facts === null || facts.deletedAt <= this.time.now();
      const email = isDeleted ? null : facts.email;
      return { contactId, email, isDeleted, companyIds: this.knownCompanies(contactId) };
    });
  }

  knownCompanies(contactId: string): readonly string[] {
    const facts = this.directory.factsById(contactId);
    if (facts === null || facts.deletedAt <= this.time.now()) return this.directory.lastShownCompanies(contactId);
    return facts.accounts.map(companyId);
  }

  companyOf(conversationId: string): string | null {
    const account = this.stories.storyById(conversationId)?.companyAccount ?? null;
    return account === null ? null : companyId(account);
  }

  accounts(): readonly AccountRow[] {
    return this.accountBook.rows(this.time.plannedUntil(this.time.now()));
  }
}
