import { z } from "zod";
import { epochSecondsMax } from "../epoch.ts";

/**
 * What the loader relies on in Intercom's answers, and nothing more: everything else stays in the payload unread.
 * https://developers.intercom.com/docs/references/2.16/rest-api/api.intercom.io
 */

/** Ids come as strings or as integers, some of them beyond 2^53 (kept digit by digit by parseJson). */
const id = z.union([
  z.string().min(1),
  z.int().transform(String),
  z.custom<{ readonly rawJSON: string }>((value) => JSON.isRawJSON(value)).transform((raw) => raw.rawJSON),
]);

const epochSeconds = z.int().min(0).max(epochSecondsMax);
const optionalSeconds = epochSeconds.nullish();

const nextPage = z
  .union([z.string(), z.object({ starting_after: z.string().nullish() })])
  .nullish()
  .transform((next) => (typeof next === "string" ? next : next?.starting_after) ?? undefined);

const pages = z.object({ next: nextPage, total_pages: z.int().nullish() }).nullish();

/** GET /me */
export const meSchema = z.object({
  app: z.object({ id_code: z.string().min(1), region: z.string().nullish(), timezone: z.string().nullish() }),
});

/** One page of conversations, from the list or the search. */
export const conversationPageSchema = z.object({
  conversations: z.array(z.unknown()),
  total_count: z.int().nullish(),
  pages,
});

/** What a list says of a conversation: enough to decide whether its thread must be retrieved. */
export const conversationReferenceSchema = z.object({ id, updated_at: optionalSeconds });

/** GET /conversations/{id} */
export const conversationSchema = z.object({
  id,
  created_at: epochSeconds,
  updated_at: epochSeconds,
  state: z.string().nullish(),
  source: z.object({ body: z.string().nullish() }).nullish(),
  conversation_parts: z.object({ conversation_parts: z.array(z.unknown()), total_count: z.int().nullish() }),
});

export const conversationPartSchema = z.object({
  id,
  part_type: z.string(),
  body: z.string().nullish(),
  created_at: epochSeconds,
  updated_at: optionalSeconds,
});

/** GET /conversations/deleted */
export const deletedPageSchema = z.object({
  conversations: z.array(z.unknown()),
  total_count: z.int().nullish(),
  pages,
});
export const deletedConversationSchema = z.object({ id, deleted_at: epochSeconds });

/** One page of contacts, from the list or the search. */
export const contactPageSchema = z.object({ data: z.array(z.unknown()), total_count: z.int().nullish(), pages });

/** A contact's companies: under `companies` by the schema, under `data` by the published example. */
export const contactCompaniesSchema = z
  .object({ companies: z.array(z.unknown()).nullish(), data: z.array(z.unknown()).nullish(), pages })
  .refine((page) => Array.isArray(page.companies ?? page.data), "no list of companies")
  .transform((page) => ({ companies: page.companies ?? page.data ?? [], pages: page.pages }));

export const contactSchema = z.object({
  id,
  created_at: optionalSeconds,
  updated_at: optionalSeconds,
  companies: z.object({ has_more: z.boolean().nullish() }).nullish(),
});

/** One page of GET /companies/scroll or POST /companies/list. */
export const companyPageSchema = z.object({
  data: z.array(z.unknown()),
  scroll_param: z.string().nullish(),
  pages,
});

/** A record of a list that Intercom gives whole. */
export const listedRecordSchema = z.object({ id, created_at: optionalSeconds, updated_at: optionalSeconds });

/** The unpaged lists, each under a name of its own. */
export const adminListSchema = z.object({ admins: z.array(z.unknown()) }).transform((list) => list.admins);
export const teamListSchema = z.object({ teams: z.array(z.unknown()) }).transform((list) => list.teams);
export const segmentListSchema = z.object({ segments: z.array(z.unknown()) }).transform((list) => list.segments);
export const dataListSchema = z.object({ data: z.array(z.unknown()) }).transform((list) => list.data);

/** What is wrong with a record, in one line, without its values. */
export function reasonOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "record"}: ${issue.message}`).join("; ");
}

/** The id of a record of any shape, when it has one. */
export function idOf(record: unknown): string | undefined {
  const parsed = z.object({ id }).safeParse(record);
  return parsed.success ? parsed.data.id : undefined;
}
