import { ConfigError } from "../errors.ts";
import type { Purged } from "./findings.ts";
import type { Named } from "./plan-sql.ts";
import type { PurgeSizes } from "./report.ts";

/**
 * Makes sure that everything that you named is in the preview: a mistyped id must not look like a finished purge.
 * Errors: ConfigError, without the address; the preview is dropped then.
 */
export async function checkNamed({ store, sql }: Purged, { contacts, conversations, tickets }: Named): Promise<void> {
  const { findings } = sql;
  const positions = async <T>(
    given: readonly T[],
    query: (given: readonly T[]) => string,
  ): Promise<ReadonlySet<number>> => {
    const rows = given.length === 0 ? [] : await store.rows(query(given));
    return new Set(rows.map(([position]) => Number(position)));
  };
  const recognized = await positions(contacts, (given) => findings.recognized(store.preview, given));
  const stored = await positions(conversations, (given) =>
    findings.recognizedIds(store.preview, "conversation", given),
  );
  const storedTickets = await positions(tickets, (given) => findings.recognizedIds(store.preview, "ticket", given));
  const unknown = [
    ...missing("the contact given by --contact", recognized, contacts.length),
    ...missing("the conversation given by --conversation", stored, conversations.length),
    ...missing("the ticket given by --ticket", storedTickets, tickets.length),
  ];
  if (unknown.length === 0) return;
  await store.dropPreview();
  throw new ConfigError(
    `Nothing is stored of ${unknown.join(", nor of ")}: it was purged before, or its id or address is mistyped (look in the marts contacts, conversations and tickets). Nothing was removed.`,
  );
}

function missing(what: string, found: ReadonlySet<number>, given: number): readonly string[] {
  const numbers = Array.from({ length: given }, (_, position) => position)
    .filter((position) => !found.has(position))
    .map((position) => position + 1);
  return numbers.length === 0 ? [] : [`${what} number ${numbers.join(", ")}`];
}

/**
 * Makes sure that the given contacts are not more people than you meant: an address that many share would take them all.
 * Errors: ConfigError; the preview is dropped then.
 */
export async function checkSize({ store }: Purged, sizes: PurgeSizes, contactsMax: number): Promise<void> {
  const { contacts, aliveConversations } = sizes;
  if (contacts <= contactsMax) return;
  await store.dropPreview();
  throw new ConfigError(
    `--contact finds ${contacts} contacts and ${aliveConversations} conversations, more than one person has: many people may share an address. --dry-run prints the addresses. If you mean all of them, add --at-most ${contacts}. Nothing was removed.`,
  );
}
