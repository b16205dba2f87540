import type { Config } from "../config.ts";
import type { Effects } from "../effects.ts";
import { ConfigError, exitCodes } from "../errors.ts";
import { newRunId } from "../run-id.ts";
import type { Age } from "./ages-sql.ts";
import {
  addressesOf,
  mentionsOf,
  notFoundOf,
  type Purged,
  sizesOf,
  ticketsNotFoundOf,
  toldEvents,
} from "./findings.ts";
import { checkNamed, checkSize } from "./named.ts";
import type { Named } from "./plan-sql.ts";
import { type PurgeReport, type PurgeSizes, reportJson, reportLines, rulesOf } from "./report.ts";
import { PurgeSql } from "./sql.ts";
import type { PurgeStore, Removal } from "./store.ts";
import { neededTables, planTable, tablesOf } from "./tables.ts";

export type PurgeContext = {
  readonly config: Config;
  readonly options: {
    /** Ids or e-mail addresses. */
    readonly contacts: readonly string[];
    /** The pseudonym of an address, where pseudonyms may be stored. */
    readonly pseudonymOf?: ((address: string) => string) | undefined;
    /** Ids. */
    readonly conversations: readonly string[];
    /** Ids, as the API has them. */
    readonly tickets: readonly string[];
    /** What has not changed for so long goes, or loses its texts; undefined where age does not matter. */
    readonly age?: Age | undefined;
    /** More contacts than this are refused: a shared address would take all of its contacts. */
    readonly contactsMax: number;
    readonly isDryRun: boolean;
    readonly isJson: boolean;
  };
  readonly effects: Effects;
  /** Fires when you want the run to end; its reason is the error to end with. */
  readonly signal: AbortSignal;
  /** Prints a line of the result; resolves when the line is out of this process. */
  readonly say: (line: string) => Promise<void>;
  readonly openStore: (runId: string) => Promise<PurgeStore>;
  readonly openSpool: (runId: string) => Promise<PurgeSpool>;
};

/** The purge's own spool folder. It tells other runs that the purge holds the warehouse. */
type PurgeSpool = {
  /** Removes the spool folders of runs that are over, which may have purged rows. Returns the folders' names. */
  readonly removeEnded: () => Promise<readonly string[]>;
  readonly remove: () => Promise<void>;
};

/**
 * Removes every trace of conversations that Intercom lists as deleted, and of the named contacts, conversations and tickets.
 * Returns the exit code.
 *
 * The table `_purge` has the state of a purge. *none*: there is no such table. *planned*: the table has the whole plan. It is
 * made in one step, before anything is removed. *removed*: all planned rows are gone, and only the engine's own remains are
 * left; DuckDB then has the table without rows. Planned rows are found by their ids, so a stopped purge continues.
 * `_activations` names the remains in other tools: it is emptied last, when those remains have been printed.
 *
 * Errors: ConfigError when a contact, conversation or ticket is not known, or another process has the warehouse; WarehouseError; the
 * signal's reason.
 */
export async function purge(context: PurgeContext): Promise<number> {
  const { effects, options } = context;
  const runId = newRunId(effects.now(), "purge");
  const store = await context.openStore(runId);
  try {
    if (options.isDryRun) return await purgeStore(context, store, runId, 0);
    const spool = await context.openSpool(runId);
    try {
      return await purgeStore(context, store, runId, (await spool.removeEnded()).length);
    } finally {
      await spool.remove();
    }
  } finally {
    await store.close();
  }
}

/**
 * Refuses what `purge` would refuse, before anything is stored or removed. Errors: ConfigError as for `purge`.
 */
export async function checkPurge(context: PurgeContext): Promise<void> {
  const store = await context.openStore(newRunId(context.effects.now(), "purge"));
  try {
    if ((await preview(context, store)) !== undefined) await store.dropPreview();
  } finally {
    await store.close();
  }
}

async function purgeStore(
  context: PurgeContext,
  store: PurgeStore,
  runId: string,
  spoolFoldersRemoved: number,
): Promise<number> {
  const startedAt = context.effects.now() / 1000;
  const { contacts, contactsMax, isDryRun } = context.options;
  const look = await preview(context, store);
  if (look === undefined) return tell(context, { ...nothing, contactsMax, spoolFoldersRemoved });
  const { purged, plan, isUnfinished, isThere, sizes } = look;
  const { sql } = purged;
  const removals = sql.removals(store.preview);
  const counts = (await store.rows(sql.counts(removals))).map(([, rows]) => Number(rows));
  const report: PurgeReport = {
    sizes,
    removed: removals.map((removal, position) => ({ removal, rows: counts[position] ?? 0 })),
    told: isThere("_activations") ? await toldEvents(purged) : [],
    notFound: await notFoundOf(purged),
    ticketsNotFound: isThere("tickets") ? await ticketsNotFoundOf(purged) : [],
    mentions: sizes.contacts === 0 ? [] : await mentionsOf(purged),
    addresses: isDryRun && contacts.length > 0 ? await addressesOf(purged) : [],
    contactsMax,
    spoolFoldersRemoved,
    isUnfinished,
  };
  if (isDryRun || (!isUnfinished && counts.every((rows) => rows === 0))) {
    await store.dropPreview();
    return tell(context, report);
  }
  context.signal.throwIfAborted();
  await store.keepPlan(plan);
  const rows = counts.reduce((sum, each) => sum + each, 0);
  await store.record(sql.recordings(plan, { runId, at: startedAt, rule: rulesOf(sizes), rows }));
  const going = sql.removals(plan).filter((_, position) => (counts[position] ?? 0) > 0);
  return carryOut(context, store, plan, going, report);
}

/** What a purge is to remove: the preview in the store, and its size. */
type Look = {
  readonly purged: Purged;
  /** The table that the plan is kept in. */
  readonly plan: string;
  /** Whether an earlier purge was stopped. */
  readonly isUnfinished: boolean;
  /** Whether there is such a raw table. */
  readonly isThere: (name: string) => boolean;
  readonly sizes: PurgeSizes;
};

/** Makes the preview and checks it; undefined where nothing was ever loaded. Errors: ConfigError as for `purge`; there is no preview then. */
async function preview(context: PurgeContext, store: PurgeStore): Promise<Look | undefined> {
  const { rawDataset, martsDataset } = context.config;
  const { contacts, conversations, tickets, age, contactsMax, isDryRun } = context.options;
  const named: Named = { contacts: contacts.map((given) => storedAs(context, given)), conversations, tickets, age };
  const tables = tablesOf(
    await store.columns([rawDataset, martsDataset, `${martsDataset}_staging`, `${martsDataset}_builds`]),
  );
  const sql = new PurgeSql(store.dialect, rawDataset, tables);
  const purged: Purged = { store, sql };
  const isThere = (name: string): boolean => tables.some((table) => table.schema === rawDataset && table.name === name);
  if (!neededTables.every(isThere)) {
    if (contacts.length + conversations.length + tickets.length > 0)
      throw new ConfigError("No contact, conversation or ticket is stored yet: run `make sync` first.");
    return undefined;
  }
  const plan = store.dialect.table(rawDataset, planTable);
  const isUnfinished = isThere(planTable);
  const hasRules = tables.some(
    ({ schema, name, columns }) => schema === rawDataset && name === planTable && columns.has("rule"),
  );
  await store.makePreview(sql.plan(named, isUnfinished ? { plan, hasRules } : undefined));
  await checkNamed(purged, named);
  const sizes = await sizesOf(purged, named);
  if (!isDryRun && contacts.length > 0) await checkSize(purged, sizes, contactsMax);
  return { purged, plan, isUnfinished, isThere, sizes };
}

/** How a contact may be stored: as it is given, and by the pseudonym of its address. */
function storedAs({ options: { pseudonymOf } }: PurgeContext, given: string): readonly string[] {
  return pseudonymOf === undefined || !given.includes("@") ? [given] : [given, pseudonymOf(given)];
}

async function carryOut(
  context: PurgeContext,
  store: PurgeStore,
  plan: string,
  going: readonly Removal[],
  report: PurgeReport,
): Promise<number> {
  const { sizes } = report;
  context.effects.log("purge_planned", {
    deleted_conversations: sizes.deletedConversations,
    conversations_of_contacts: sizes.aliveConversations,
    conversations_named: sizes.namedConversations,
    conversations_old: sizes.old.conversations,
    tickets: sizes.tickets,
    contacts: sizes.contacts,
  });
  // `_activations` names the remains in other tools: it is emptied when they have been printed.
  const isEmptiedLast = ({ table }: Removal): boolean => table === "_activations";
  await removeAll(
    context,
    store,
    going.filter((removal) => !isEmptiedLast(removal)),
  );
  await tell(context, report);
  await removeAll(context, store, going.filter(isEmptiedLast));
  context.signal.throwIfAborted();
  const remarks = await store.finish(plan);
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
    old: { days: undefined, isKept: false, conversations: 0, tickets: 0 },
    sharedConversations: 0,
    tickets: 0,
    aliveTickets: 0,
    contacts: 0,
    aliveContacts: 0,
  },
  removed: [],
  told: [],
  notFound: [],
  ticketsNotFound: [],
  mentions: [],
  addresses: [],
  contactsMax: 0,
  spoolFoldersRemoved: 0,
  isUnfinished: false,
};
