import type { GeneratedWorld } from "../fake/desk/generated-world.ts";
import type { Scope } from "../fake/intercom/route.ts";
import { type Change, changes } from "../fault/changes.ts";
import type { Dice } from "../fault/dice.ts";
import type { Operation } from "./operation.ts";

/**
 * What Intercom never shows of a thread depends on each sync that saw it, also on one that failed. Who a ticket is of after a merge of
 * contacts depends on when it is retrieved: `updated_at` stays. The fault suites have both.
 */
const leftOut = new Set(["a thread past 500 parts", "a ticket past 500 parts", "merged contacts"]);
const changesMax = 4;
const actSecondsMax = 60;

/** What may be lost for a while. */
const forbidden: readonly Scope[] = ["conversations", "contacts", "companies", "tickets", "tags", "articles"];
/** A day or more behind, the loader believes its own clock (docs/decisions.md), says so, and fetches what it knows of until then. */
const clocksAheadHours = [0, 0, 2, -3, 26, -23];

/** How often an administrator or Intercom changes something. */
export type Administration = {
  /** Before one of so many syncs. */
  readonly everySyncs: number;
  /** A token or a permission is missing for so many syncs at most. */
  readonly outageSyncsMax: number;
};

/** Brings back what was lost, after so many syncs. */
type Mend = { readonly atSync: number; readonly mend: () => void };

/** What goes on beside the syncs and lasts for some: each mends itself by the next midnight. */
export class DeskLife {
  readonly #operation: Operation;
  readonly #dice: Dice;
  readonly told = new Map<string, number>();
  readonly #mends: Mend[] = [];
  readonly #administration: Administration;
  /** What an administrator has not done yet, of all kinds: so each comes as often as the others. */
  readonly #kindsLeft: number[] = [];
  readonly #changes: readonly (readonly [string, Change])[];
  readonly #wasTaken: (conversationId: string) => boolean;
  #syncs = 0;
  #tokens = 0;
  #fields = 0;

  /** @param wasTaken whether a purge ever took a conversation */
  constructor(
    operation: Operation,
    dice: Dice,
    administration: Administration,
    wasTaken: (conversationId: string) => boolean,
  ) {
    this.#changes = Object.entries({
      ...Object.fromEntries(Object.entries(changes).filter(([name]) => !leftOut.has(name))),
      "merged conversations": mergeConversations,
      "merged contacts without tickets": mergeContacts,
      "a rating": (world, of) => rate(world, of, wasTaken),
      "a close without a part": closeUnseen,
    });
    this.#wasTaken = wasTaken;
    this.#administration = administration;
    this.#operation = operation;
    this.#dice = dice;
  }

  /** Whether a token or a permission is missing now. */
  get isRefused(): boolean {
    return this.#mends.length > 0;
  }

  /** Before a sync: the desk lives on, people change things, and now and then an administrator does. @returns in words, what */
  pass(seconds: number): readonly string[] {
    const { fake, world } = this.#operation;
    this.#syncs += 1;
    fake.faults.clear();
    fake.advance(seconds);
    for (let count = this.#dice.below(changesMax); count > 0; count -= 1) this.#change(world);
    for (const due of this.#mends.filter(({ atSync }) => atSync <= this.#syncs)) this.#mend(due);
    return this.#administer();
  }

  /** The end of a day: tokens and permissions are there again. */
  mendAll(): void {
    for (const each of [...this.#mends]) this.#mend(each);
  }

  #change(world: GeneratedWorld): void {
    const [name, change] = this.#dice.pick(this.#changes);
    this.#count(name);
    change(this.#withoutForgotten(world), this.#dice);
  }

  /** The same world, in which nobody touches what was closed without a part: once a purge took its stored versions, nothing tells of that. */
  #withoutForgotten(world: GeneratedWorld): GeneratedWorld {
    const isForgotten = (id: string): boolean => this.#wasTaken(id) && wasClosedUnseen(world, id);
    const ids = (options: { readonly includeDeleted?: boolean } = {}): string[] =>
      [...world.conversationIds(options)].filter((id) => !isForgotten(id));
    return Object.create(world, { conversationIds: { value: ids } });
  }

  #administer(): readonly string[] {
    const [operation, dice] = [this.#operation, this.#dice];
    if (this.isRefused || dice.below(this.#administration.everySyncs) > 0) return [];
    switch (this.#nextKind()) {
      case 0: {
        this.#tokens += 1;
        const token = `rotated-token-${this.#tokens}`;
        operation.fake.rotateToken(token);
        this.#later(() => {
          operation.token = token;
        });
        return [this.#count("a token is rotated")];
      }
      case 1: {
        const scope = dice.pick(forbidden);
        operation.fake.forbid(scope);
        this.#later(() => operation.fake.permit(scope));
        this.#count("a permission is lost");
        return [`the permission for ${scope} is lost`];
      }
      case 2:
        if (this.#fields > 0 && dice.below(4) > 0) return [];
        this.#fields += 1;
        operation.fake.addField(`${addedPrefix}${this.#fields}`, addedValue);
        return [this.#count("a field is added")];
      default:
        operation.clock.aheadSeconds = dice.pick(clocksAheadHours) * 3600;
        this.#count("the machine's clock is set");
        return [`the machine's clock is ${operation.clock.aheadSeconds / 3600} hours ahead`];
    }
  }

  #nextKind(): number {
    if (this.#kindsLeft.length === 0) this.#kindsLeft.push(0, 1, 2, 3);
    const [kind] = this.#kindsLeft.splice(this.#dice.below(this.#kindsLeft.length), 1);
    if (kind === undefined) throw new Error("no kind is left");
    return kind;
  }

  #later(mend: () => void): void {
    const syncs = 1 + this.#dice.below(this.#administration.outageSyncsMax);
    this.#mends.push({ atSync: this.#syncs + syncs, mend });
  }

  #mend(due: Mend): void {
    due.mend();
    this.#mends.splice(this.#mends.indexOf(due), 1);
  }

  #count(name: string): string {
    this.told.set(name, (this.told.get(name) ?? 0) + 1);
    return name;
  }
}

// Fields that Intercom adds: last in the order of keys, so that a comparison can take them away.
const addedPrefix = "zz_added_";
const addedValue = { since: "today", list: [1, null, "two"] };
const addedField = new RegExp(`,"${addedPrefix}\\d+":\\{"list":\\[1,null,"two"\\],"since":"today"\\}`, "g");

/** Canonical text without the fields that were added on the way. */
export function withoutAdded(canonicalText: string): string {
  return canonicalText.replaceAll(addedField, "");
}

/** What a purge has taken comes back without its earlier ratings, so it keeps the one that it has. */
function rate(world: GeneratedWorld, dice: Dice, wasTaken: (id: string) => boolean): void {
  const id = dice.pick([...world.conversationIds()]);
  if (!wasTaken(id)) world.change.rate(id, 1 + dice.below(5), "My view");
}

/** Two conversations of one person become one; none where there are none that may. */
function mergeConversations(world: GeneratedWorld, dice: Dice): void {
  const ids = [...world.conversationIds()];
  const from = dice.below(ids.length);
  const byContact = new Map<string, string>();
  for (const id of [...ids.slice(from), ...ids.slice(0, from)]) {
    const contact = world.contactsOf(id)[0];
    if (contact === undefined || contact.isDeleted || isEnded(world, id)) continue;
    const other = byContact.get(contact.contactId);
    if (other !== undefined) {
      world.change.merge(id, other);
      return;
    }
    byContact.set(contact.contactId, id);
  }
}

/** Whether it was merged before, or closed so that no part tells: nothing tells either that a merge finds it closed. */
function isEnded(world: GeneratedWorld, id: string): boolean {
  const kinds = new Set(world.events(id)?.map(({ kind }) => kind));
  return kinds.has("merged_into") || kinds.has("merged_from") || kinds.has("closed_unseen");
}

/** Whether it was ever closed so that no part tells. */
export function wasClosedUnseen(world: GeneratedWorld, id: string): boolean {
  return world.events(id)?.some(({ kind }) => kind === "closed_unseen") === true;
}

/** A conversation that waits for somebody is closed, and no part tells; Intercom's statistics do or do not. None where none is open. */
function closeUnseen(world: GeneratedWorld, dice: Dice): void {
  const begun = (id: string): boolean => world.events(id)?.[0]?.actor.kind === "customer";
  const open = [...world.conversationIds()].filter((id) => begun(id) && isOpenForLong(world, id));
  if (open.length === 0) return;
  const id = dice.pick(open);
  const hasStatistics = world.conversation(id, false)?.["statistics"] !== null;
  world.change.closeUnseen(id, hasStatistics && dice.below(2) === 0);
}

/** Whether its last change is past the seconds in which several records are of one act. */
function isOpenForLong(world: GeneratedWorld, id: string): boolean {
  const shown = world.conversation(id, false);
  return shown !== null && shown["state"] !== "closed" && Number(shown["updated_at"]) < world.clock() - actSecondsMax;
}

function mergeContacts(world: GeneratedWorld, dice: Dice): void {
  const ofTickets = new Set([...world.ticketIds({ includeDeleted: true })].map((id) => contactOfTicket(world, id)));
  const contacts = [...world.conversationIds()].flatMap((id) => world.contactsOf(id));
  const living = contacts.filter(({ contactId, isDeleted }) => !isDeleted && !ofTickets.has(contactId));
  const [from, into] = [dice.pick(living).contactId, dice.pick(living).contactId];
  if (from !== into) world.change.mergeContacts(from, into);
}

function contactOfTicket(world: GeneratedWorld, id: string): string | null {
  const [created] = world.ticketEvents(id) ?? [];
  return created?.kind === "created" ? created.contactId : null;
}
