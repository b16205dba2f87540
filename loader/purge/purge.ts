import { randomBytes } from "node:crypto";
import type { Config } from "../config.ts";
import type { Effects } from "../effects.ts";
import { ConfigError, exitCodes } from "../errors.ts";
import { Spool } from "../load/spool.ts";
import { warehouseIdentity } from "../run-owner.ts";
import type { Named } from "./plan-sql.ts";
import type { ToldEvent } from "./remains.ts";
import { type PurgeReport, type PurgeSizes, reportJson, reportLines } from "./report.ts";
import type { Removal } from "./sql.ts";
import { type PurgeStore, planTable } from "./store.ts";

export type PurgeContext = {
  readonly config: Config;
  readonly options: {
    /** Ids or e-mail addresses. */
    readonly contacts: readonly string[];
    /** Ids. */
    readonly conversations: readonly string[];
    /** More contacts than this are refused: an address that many share would take them all. */
    readonly contactsMax: number;
    readonly isDryRun: boolean;
    readonly isJson: boolean;
  };
  readonly effects: Effects;
  /** Fires when the user wants the run to end; its reason is the error to end with. */
  readonly signal: AbortSignal;
  /** Prints a line of the result; resolves once it is out of this process. */
  readonly say: (line: string) => Promise<void>;
  readonly openStore: (runId: string) => Promise<PurgeStore>;
};

/** The tables without which there is nothing to be purged. */
const neededTables = [
  ...["conversations", "conversation_parts", "contacts", "deleted_conversations", "_loads", "_rejected"],
  ...["admins", "companies", "segments", "tags"],
];

/**
 * Removes every trace of conversations that Intercom lists as deleted, and of the contacts and conversations that are named.
 * Returns the exit code.
 *
 * States of a purge, which are those of the table `_purge`: *none* (no such table), *planned* (it has what is to go, all of
 * it: it is made in one step, before anything is removed), *removed* (all of it is gone, and only the engine's own remains of
 * it are left; DuckDB then has the table without rows). Whatever is planned is found by its id, so removing goes on where it
 * was stopped, and what must still be known to name the remains elsewhere is emptied last, once it has been printed.
 *
 * Errors: ConfigError when a contact or conversation is not known, or another process has the warehouse; WarehouseError; the signal's reason.
 */
export async function purge(context: PurgeContext): Promise<number> {
  const { config, effects, options } = context;
  const runId = `${new Date(effects.now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}-purge-${randomBytes(3).toString("hex")}`;
  const store = await context.openStore(runId);
  try {
    if (options.isDryRun) return await purgeStore(context, store, 0);
    const loadedAt = new Date(effects.now()).toISOString();
    const provenance = { workspaceId: "", runId, loadedAt };
    const spool = await Spool.open(config.stateDirectory, provenance, await warehouseIdentity(config));
    try {
      return await purgeStore(context, store, (await spool.removeEnded()).length);
    } finally {
      await spool.remove();
    }
  } finally {
    await store.close();
  }
}

async function purgeStore(context: PurgeContext, store: PurgeStore, spoolFoldersRemoved: number): Promise<number> {
  const { rawDataset } = context.config;
  const { contacts, conversations, contactsMax, isDryRun } = context.options;
  const tables = await store.tables();
  const isThere = (name: string): boolean => tables.some((table) => table.schema === rawDataset && table.name === name);
  if (!neededTables.every(isThere)) {
    if (contacts.length + conversations.length > 0)
      throw new ConfigError("No contact and no conversation is stored yet: run `make sync` first.");
    return tell(context, { ...nothing, contactsMax, spoolFoldersRemoved });
  }
  const isUnfinished = isThere(planTable);
  await store.makePreview({ contacts, conversations }, isUnfinished);
  await checkNamed(store, { contacts, conversations });
  const removals = store.sql.removals(store.preview, tables);
  const counts = (await store.rows(store.sql.counts(removals))).map(([, rows]) => Number(rows));
  const sizes = await sizesOf(store, conversations);
  if (!isDryRun && contacts.length > 0 && sizes.contacts > contactsMax) await refuse(store, sizes);
  const report: PurgeReport = {
    sizes,
    removed: removals.map((removal, position) => ({ removal, rows: counts[position] ?? 0 })),
    told: isThere("_activations") ? await toldEvents(store) : [],
    notFound: await notFoundOf(store),
    mentions: sizes.contacts === 0 ? [] : await mentionsOf(store),
    addresses: isDryRun && contacts.length > 0 ? await addressesOf(store) : [],
    contactsMax,
    spoolFoldersRemoved,
    isUnfinished,
  };
  if (isDryRun || (!isUnfinished && counts.every((rows) => rows === 0))) {
    await store.dropPreview();
    return tell(context, report);
  }
  context.signal.throwIfAborted();
  await store.keepPlan();
  const going = store.sql.removals(store.plan, tables).filter((_, position) => (counts[position] ?? 0) > 0);
  return carryOut(context, store, going, report);
}

async function carryOut(
  context: PurgeContext,
  store: PurgeStore,
  going: readonly Removal[],
  report: PurgeReport,
): Promise<number> {
  const { sizes } = report;
  context.effects.log("purge_planned", {
    deleted_conversations: sizes.deletedConversations,
    conversations_of_contacts: sizes.aliveConversations,
    conversations_named: sizes.namedConversations,
    contacts: sizes.contacts,
  });
  // By what it says the remains elsewhere are found: it is emptied once they have been named.
  const isEmptiedLast = ({ table }: Removal): boolean => table === "_activations";
  await removeAll(
    context,
    store,
    going.filter((removal) => !isEmptiedLast(removal)),
  );
  await tell(context, report);
  await removeAll(context, store, going.filter(isEmptiedLast));
  context.signal.throwIfAborted();
  const remarks = await store.finish();
  if (!context.options.isJson) for (const line of remarks) await context.say(line);
  return exitCodes.done;
}

async function removeAll(
  { effects, signal }: PurgeContext,
  store: PurgeStore,
  removals: readonly Removal[],
): Promise<void> {
  for (const removal of removals) {
    signal.throwIfAborted();
    await store.remove(removal);
    effects.log("purged", { table: `${removal.schema}.${removal.table}` });
  }
}

/** A mistyped address or id must not look like what is not stored any more. Errors: ConfigError, without the address. */
async function checkNamed(store: PurgeStore, { contacts, conversations }: Named): Promise<void> {
  const { findings } = store.sql;
  const recognized = await positions(store, contacts, (given) => findings.recognized(store.preview, given));
  const stored = await positions(store, conversations, (given) =>
    findings.recognizedConversations(store.preview, given),
  );
  const unknown = [
    ...missing("the contact given by --contact", recognized, contacts.length),
    ...missing("the conversation given by --conversation", stored, conversations.length),
  ];
  if (unknown.length === 0) return;
  await store.dropPreview();
  throw new ConfigError(
    `Nothing is stored of ${unknown.join(", nor of ")}: it was purged before, or its id or address is mistyped (the marts contacts and conversations have them). Nothing was removed.`,
  );
}

async function positions(
  store: PurgeStore,
  given: readonly string[],
  query: (given: readonly string[]) => string,
): Promise<ReadonlySet<number>> {
  const rows = given.length === 0 ? [] : await store.rows(query(given));
  return new Set(rows.map(([position]) => Number(position)));
}

function missing(what: string, found: ReadonlySet<number>, given: number): readonly string[] {
  const numbers = Array.from({ length: given }, (_, position) => position)
    .filter((position) => !found.has(position))
    .map((position) => position + 1);
  return numbers.length === 0 ? [] : [`${what} number ${numbers.join(", ")}`];
}

/** Errors: ConfigError, always. */
async function refuse(store: PurgeStore, { contacts, aliveConversations }: PurgeSizes): Promise<never> {
  await store.dropPreview();
  throw new ConfigError(
    `${contacts} contacts and ${aliveConversations} conversations would go with what --contact gives: more than one person has, as when many share an address. --dry-run says by which they were found; if all of them are meant, add --at-most ${contacts}. Nothing was removed.`,
  );
}

async function notFoundOf(store: PurgeStore): Promise<readonly string[]> {
  const rows = await store.rows(store.sql.findings.notFound(store.preview));
  return rows.map(([id]) => String(id));
}

async function mentionsOf(store: PurgeStore): Promise<PurgeReport["mentions"]> {
  const rows = await store.rows(store.sql.findings.mentions(store.preview));
  return rows.map(([table, id]) => ({ table: String(table), id: String(id) }));
}

async function addressesOf(store: PurgeStore): Promise<PurgeReport["addresses"]> {
  const rows = await store.rows(store.sql.findings.addresses(store.preview));
  return rows.map(([address, contacts]) => ({ address: String(address), contacts: Number(contacts) }));
}

async function sizesOf(store: PurgeStore, named: readonly string[]): Promise<PurgeSizes> {
  const rows = await store.rows(store.sql.sizes(store.preview));
  const size = (kind: string, isAlive?: boolean): number =>
    rows
      .filter((row) => row[0] === kind && (isAlive === undefined || (String(row[1]) === "true") === isAlive))
      .reduce((sum, row) => sum + Number(row[2]), 0);
  const contacts = size("contact");
  const shared = contacts === 0 ? [] : await store.rows(store.sql.findings.shared(store.preview));
  const byId = named.length === 0 ? [] : await store.rows(store.sql.findings.named(store.preview, named));
  const namedConversations = Number(byId[0]?.[0] ?? 0);
  return {
    deletedConversations: size("conversation", false),
    aliveConversations: size("conversation", true) - namedConversations,
    namedConversations,
    sharedConversations: Number(shared[0]?.[0] ?? 0),
    contacts,
    aliveContacts: size("contact", true),
  };
}

async function toldEvents(store: PurgeStore): Promise<readonly ToldEvent[]> {
  const rows = await store.rows(store.sql.told(store.preview));
  const optional = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
  return rows.map(([destination, target, eventUuid, distinctId, sentId]) => ({
    destination: destination === "attio" ? "attio" : "posthog",
    target: String(target),
    eventUuid: String(eventUuid),
    distinctId: optional(distinctId),
    sentId: optional(sentId),
  }));
}

async function tell({ options, say }: PurgeContext, report: PurgeReport): Promise<number> {
  if (options.isJson) await say(reportJson(report, options.isDryRun));
  else for (const line of reportLines(report, options.isDryRun)) await say(line);
  return exitCodes.done;
}

const nothing: PurgeReport = {
  sizes: {
    deletedConversations: 0,
    aliveConversations: 0,
    namedConversations: 0,
    sharedConversations: 0,
    contacts: 0,
    aliveContacts: 0,
  },
  removed: [],
  told: [],
  notFound: [],
  mentions: [],
  addresses: [],
  contactsMax: 0,
  spoolFoldersRemoved: 0,
  isUnfinished: false,
};
