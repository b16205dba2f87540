/** Sweeps compare the same records after each run. */
const known = new Map<string, string>();
const knownMax = 50_000;

/** JSON text → the same value with its keys in order and every digit of its numbers, so that equal records are equal texts. */
export function canonical(text: string): string {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (known.size >= knownMax) known.clear();
  const found = inKeyOrder(text);
  known.set(text, found);
  return found;
}

function inKeyOrder(text: string): string {
  const value: unknown = JSON.parse(text, (_key, parsed: unknown, context: { source?: string }) => {
    return typeof parsed === "number" && !Number.isSafeInteger(parsed) ? { digits: context.source } : parsed;
  });
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Canonical text without what a thread or a part says of others (its company, its authors' names): those change without it.
 * A ticket's contacts are others too: merged contacts change them and leave the ticket's `updated_at`.
 */
export function withoutOthers(canonicalText: string): string {
  const record: Fields = JSON.parse(canonicalText);
  const isOfTicket = record["type"] === "ticket" || record["type"] === "ticket_part";
  return JSON.stringify(record, (key, value: unknown) => {
    if (key === "email_message_metadata" || key === "external_id") return undefined;
    if (isOfTicket && (key === "contacts" || key === "author")) return undefined;
    const isOther = (key === "company" || key === "author") && typeof value === "object" && value !== null;
    return isOther ? { id: (value as Fields)["id"] } : value;
  });
}
