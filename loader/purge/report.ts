import { counted } from "../counted.ts";
import { aligned } from "../table.ts";
import { onOneLine } from "../terminal.ts";
import { removalSteps, type ToldEvent } from "./remains.ts";
import type { Removal } from "./store.ts";

/** The size of a purge, in numbers. */
export type PurgeSizes = {
  readonly deletedConversations: number;
  /** Conversations of the given contacts that Intercom does not list as deleted. */
  readonly aliveConversations: number;
  /** Conversations named by id that Intercom does not list as deleted. */
  readonly namedConversations: number;
  /** What goes for its age and is still in Intercom; `days` is undefined where age does not matter. */
  readonly old: {
    readonly days: number | undefined;
    /** Whether their rows stay, without texts and names. */
    readonly isKept: boolean;
    readonly conversations: number;
    readonly tickets: number;
  };
  /** Conversations of the given contacts in which other contacts take part as well. */
  readonly sharedConversations: number;
  readonly contacts: number;
  readonly aliveContacts: number;
  readonly tickets: number;
  readonly aliveTickets: number;
};

export type PurgeReport = {
  readonly sizes: PurgeSizes;
  readonly removed: readonly { readonly removal: Removal; readonly rows: number }[];
  readonly told: readonly ToldEvent[];
  /** Ids of conversations that answered 404 and are not listed as deleted: they stay. */
  readonly notFound: readonly string[];
  /** Ids of tickets that answered 404: they stay. */
  readonly ticketsNotFound: readonly string[];
  /** Other people's records that name one of the contacts. */
  readonly mentions: readonly { readonly table: string; readonly id: string }[];
  /** Addresses by which the contacts were found, each with the number of contacts that have or had it. Only in a dry run. */
  readonly addresses: readonly { readonly address: string; readonly contacts: number }[];
  /** A purge of more contacts is refused. */
  readonly contactsMax: number;
  readonly spoolFoldersRemoved: number;
  /** Whether this purge continues one that was stopped. */
  readonly isUnfinished: boolean;
};

const mentionsShown = 20;

/** The report for a program. */
export function reportJson(report: PurgeReport, isDryRun: boolean): string {
  const { sizes, removed, told, notFound, ticketsNotFound, mentions, addresses } = report;
  return JSON.stringify({
    is_dry_run: isDryRun,
    is_continued: report.isUnfinished,
    conversations_deleted_in_intercom: sizes.deletedConversations,
    conversations_of_contacts: sizes.aliveConversations,
    conversations_named: sizes.namedConversations,
    conversations_old: sizes.old.conversations,
    tickets_old: sizes.old.tickets,
    conversations_not_found_and_kept: notFound,
    conversations_with_other_contacts: sizes.sharedConversations,
    tickets: sizes.tickets,
    tickets_still_in_intercom: sizes.aliveTickets,
    tickets_not_found_and_kept: ticketsNotFound,
    contacts: sizes.contacts,
    contacts_still_in_intercom: sizes.aliveContacts,
    tables: Object.fromEntries(removed.map(({ removal, rows }) => [nameOf(removal), rows])),
    rows: sumOf(report),
    spool_folders: report.spoolFoldersRemoved,
    contacts_max: report.contactsMax,
    addresses,
    mentioned_in_conversations: conversationsOf(mentions),
    mentioned_in_records: Object.fromEntries(
      [...recordsOf(mentions)].map(([table, records]) => [table, records.map(({ id }) => id)]),
    ),
    told,
    removal_steps: removalSteps(told),
  });
}

/** What goes, and why, in words without ids. */
export function rulesOf(sizes: PurgeSizes): string {
  return `${conversations(sizes.deletedConversations)} deleted in Intercom${ofNamed(sizes)}`;
}

/** The report for a person, with what is left to do elsewhere. */
export function* reportLines(report: PurgeReport, isDryRun: boolean): Generator<string> {
  const { sizes, removed, told, spoolFoldersRemoved, isUnfinished } = report;
  if (isUnfinished) yield "An earlier purge was stopped: this one finishes it.";
  yield `${rulesOf(sizes)}.`;
  const rows = removed.filter((each) => each.rows > 0).map(({ removal, rows }) => [nameOf(removal), String(rows)]);
  if (rows.length > 0) yield aligned([["table", isDryRun ? "rows to remove" : "rows removed"], ...rows]);
  if (rows.length === 0) yield "There are no rows to remove.";
  if (spoolFoldersRemoved > 0)
    yield `${counted(spoolFoldersRemoved, "spool folder")} of killed runs ${spoolFoldersRemoved === 1 ? "was" : "were"} removed.`;
  if (sizes.sharedConversations > 0)
    yield `${conversations(sizes.sharedConversations)} of them had other contacts as well: each goes as a whole (docs/purge.md says why).`;
  const alive = sizes.aliveConversations + sizes.namedConversations;
  const aliveTickets = sizes.aliveTickets - (sizes.old.isKept ? 0 : sizes.old.tickets);
  if (sizes.old.conversations + sizes.old.tickets > 0)
    yield "What goes for its age is still in Intercom. It comes back when it changes there, and goes again once it is as old.";
  if (alive + aliveTickets + sizes.aliveContacts > 0)
    yield `Not listed as deleted in Intercom: ${conversations(alive)}, ${ticketsIfAny(aliveTickets)}${contacts(sizes.aliveContacts)}. Intercom still has them, and they come back when they change: delete them in Intercom, then sync and purge again.`;
  yield* notFoundLines(report);
  yield* sharingLines(report);
  yield* mentionLines(report);
  yield* removalSteps(told);
  if (isDryRun) yield "Nothing was removed.";
  else if (rows.length > 0) yield "Run `make build`, so that counts and averages no longer include the removed rows.";
}

/** Conversations that stay although they answered 404: a lost permission looks the same. */
function* notFoundLines({ notFound, ticketsNotFound }: PurgeReport): Generator<string> {
  if (ticketsNotFound.length > 0) {
    const them = ticketsNotFound.length === 1 ? "it" : "them";
    yield `${tickets(ticketsNotFound.length)} answered 404: the raw rows stay, since a token that has lost a permission gets 404 too, and Intercom lists no deleted tickets. To remove ${them} anyway, name ${them} by --ticket <id>: ${shown(ticketsNotFound)}.`;
  }
  if (notFound.length === 0) return;
  const [are, them] = notFound.length === 1 ? ["is", "it"] : ["are", "them"];
  yield `${conversations(notFound.length)} answered 404 and ${are} not listed as deleted in Intercom: the raw rows stay, since a token that has lost a permission gets 404 too. To remove ${them} anyway, name ${them} by --conversation <id>: ${shown(notFound)}.`;
}

/** Which addresses made contacts count as the same person: read this before the purge itself. */
function* sharingLines({ addresses, sizes, contactsMax }: PurgeReport): Generator<string> {
  if (addresses.length === 0) return;
  yield `The contacts were found by these addresses: ${addresses.map((each) => `${onOneLine(each.address)} (${contacts(each.contacts)})`).join(", ")}.`;
  if (sizes.contacts > contactsMax) yield `The purge refuses so many contacts without --at-most ${sizes.contacts}.`;
}

function* mentionLines({ mentions }: PurgeReport): Generator<string> {
  const ids = conversationsOf(mentions);
  if (ids.length > 0)
    yield `${conversations(ids.length)} of other people still ${ids.length === 1 ? "names" : "name"} the contact, by id or address: ${shown(ids)}. Redact or delete ${ids.length === 1 ? "it" : "them"} in Intercom.`;
  const records = [...recordsOf(mentions)].map(([table, of]) => `${table} ${shown(of.map(({ id }) => id))}`);
  if (records.length > 0)
    yield `Other records name the contact: ${records.join("; ")}. Change them in Intercom, and sync.`;
}

function shown(ids: readonly string[]): string {
  return `${ids.slice(0, mentionsShown).join(", ")}${ids.length > mentionsShown ? ", …" : ""}`;
}

function conversationsOf(mentions: PurgeReport["mentions"]): readonly string[] {
  return mentions.filter(({ table }) => table === "conversations").map(({ id }) => id);
}

function recordsOf(mentions: PurgeReport["mentions"]): ReadonlyMap<string, PurgeReport["mentions"]> {
  return Map.groupBy(
    mentions.filter(({ table }) => table !== "conversations"),
    ({ table }) => table,
  );
}

function ofNamed(sizes: PurgeSizes): string {
  const { contacts: number, aliveConversations, namedConversations, tickets: ticketsGoing, old } = sizes;
  const ofAge = `; ${conversations(old.conversations)} and ${tickets(old.tickets)} without a change for ${counted(old.days ?? 0, "day")}${old.isKept ? ", whose rows stay without texts and names" : ""}`;
  const otherTickets = ticketsGoing - (old.isKept ? 0 : old.tickets);
  const ofContacts = `; ${contacts(number)} with ${conversations(aliveConversations)} that Intercom does not list as deleted`;
  const ofTickets = `; ${conversations(aliveConversations)} that became a ticket named by id`;
  const byId = `; ${conversations(namedConversations)} named by id`;
  return [
    number === 0 ? "" : ofContacts,
    number === 0 && aliveConversations > 0 ? ofTickets : "",
    namedConversations === 0 ? "" : byId,
    otherTickets === 0 ? "" : `; ${tickets(otherTickets)}`,
    old.days === undefined ? "" : ofAge,
  ].join("");
}

function sumOf({ removed }: PurgeReport): number {
  return removed.reduce((sum, { rows }) => sum + rows, 0);
}

/** The table's name, with a word behind it when rows stay and only lose their content. */
function nameOf({ schema, table, assignments }: Removal): string {
  return `${schema}.${table}${assignments === undefined ? "" : " (emptied)"}`;
}

function conversations(number: number): string {
  return counted(number, "conversation");
}

function tickets(number: number): string {
  return counted(number, "ticket");
}

function ticketsIfAny(number: number): string {
  return number === 0 ? "" : `${tickets(number)}, `;
}

function contacts(number: number): string {
  return counted(number, "contact");
}
