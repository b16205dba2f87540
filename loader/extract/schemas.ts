import { z } from "zod";
import { epochSecondsOf } from "../epoch.ts";

/**
 * What the loader relies on in Intercom's responses, and nothing more: everything else stays unread in the payload.
 * https://developers.intercom.com/docs/references/2.16/rest-api/api.intercom.io
 */

/** Intercom's longest ids have 24 characters; the loader's own, of attributes, hold a name of at most 190. */
const idLengthMax = 512;
/** Control characters, and halves of surrogate pairs: no URL carries these as they are. */
const unfitForId = /[\p{Cc}\p{Cs}]/u;
/** What every client and proxy on the way takes out of a path, however it is escaped: another record's path is left. */
const pathSteps: ReadonlySet<string> = new Set([".", ".."]);

/**
 * An id is a string or an integer. `parseJson` keeps every digit of integers beyond 2^53. Ids go into the paths of requests, so
 * a text that can't be asked for is no id.
 */
const id = z
  .union([
    z.string(),
    z.int().transform(String),
    z.custom<{ readonly rawJSON: string }>((value) => JSON.isRawJSON(value)).transform((raw) => raw.rawJSON),
  ])
  .refine((text) => text !== "" && text.length <= idLengthMax && !unfitForId.test(text) && !pathSteps.has(text), {
    error: "is no id",
  });

/** A time, in seconds or in milliseconds. */
const epochSeconds = z.number().transform((value, context) => {
  const seconds = epochSecondsOf(value);
  if (seconds !== undefined) return seconds;
  context.addIssue("is no time");
  return z.NEVER;
});
/** A time that may be absent. An unreadable time counts as absent: the rest of the record is right without it. */
const optionalSeconds = epochSeconds.nullish().catch(null);
const optionalText = z.string().nullish().catch(null);

/** A count that nothing depends on. What is not a number counts as absent. */
const optionalCount = z.coerce.number().int().min(0).nullish().catch(null);

const paging = {
  total_count: optionalCount,
  /** Names the next page: next-place.ts reads it, whatever its shape. */
  pages: z.unknown().optional(),
  scroll_param: optionalText,
};

/** A page of a list. */
export type ListPage = {
  readonly items: readonly unknown[];
  readonly total_count?: number | null | undefined;
  readonly pages?: unknown;
  readonly scroll_param?: string | null | undefined;
};

/** A page of a list. Its records are under the first of these names that it has. */
export function listUnder(...names: readonly string[]): z.ZodType<ListPage> {
  return z.looseObject(paging).transform((page, context) => {
    const items: unknown = names.map((name) => page[name]).find(Array.isArray);
    if (Array.isArray(items)) return { ...page, items };
    context.addIssue(`no list of ${names.join(" or ")}`);
    return z.NEVER;
  });
}

/** GET /me */
export const meSchema = z.object({
  app: z.object({ id_code: id, region: optionalText }),
});

/** What a list says of a conversation or a ticket: enough to decide whether to request its thread. */
export const referenceSchema = z.object({ id, updated_at: optionalSeconds });

/** What QA found of a conversation, in the search alone: monitors or scorecards, each with its time. */
export const evaluationsSchema = z.array(z.looseObject({ evaluated_at: optionalSeconds }));

/** GET /conversations/{id} */
export const conversationSchema = z.object({
  id,
  created_at: epochSeconds,
  updated_at: epochSeconds,
  state: optionalText,
  source: z.object({ body: optionalText }).nullish().catch(null),
  conversation_parts: z.object({ conversation_parts: z.array(z.unknown()), total_count: optionalCount }),
});

/** A ticket of POST /tickets/search, and GET /tickets/{id}. */
export const ticketSchema = z.object({
  id,
  created_at: epochSeconds,
  updated_at: epochSeconds,
  /** Its category: a text before 2.11. */
  ticket_state: z
    .union([z.string(), z.object({ category: z.string() }).transform(({ category }) => category)])
    .nullish()
    .catch(null),
  ticket_attributes: z.object({ _default_description_: optionalText }).nullish().catch(null),
  ticket_parts: z.object({ ticket_parts: z.array(z.unknown()), total_count: optionalCount }),
});

/** A part of a conversation or of a ticket. */
export const partSchema = z.object({
  id,
  part_type: z.string(),
  body: optionalText,
  created_at: epochSeconds,
  updated_at: optionalSeconds,
});

/** An entry of GET /conversations/deleted. */
export const deletedConversationSchema = z.object({ id, deleted_at: epochSeconds });

export const contactSchema = z.object({
  id,
  created_at: optionalSeconds,
  updated_at: optionalSeconds,
  companies: z
    .object({
      data: z.array(z.unknown()).nullish().catch(null),
      has_more: z.unknown().optional(),
      total_count: optionalCount,
    })
    .nullish()
    .catch(null),
});

/** A record of a list that Intercom gives whole. */
export const listedRecordSchema = z.object({ id, created_at: optionalSeconds, updated_at: optionalSeconds });

/** What is wrong with a record: one line, without the record's values. */
export function reasonOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "record"}: ${issue.message}`).join("; ");
}

/** The id of a record of any shape; undefined where it has none. */
export function idOf(record: unknown): string | undefined {
  const parsed = z.object({ id }).safeParse(record);
  return parsed.success ? parsed.data.id : undefined;
}
