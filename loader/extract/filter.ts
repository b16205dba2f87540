import { ConfigError } from "../errors.ts";
import { textAt } from "../json-path.ts";
import { type ListRoute, lists } from "./lists.ts";
import { firstPlace } from "./next-place.ts";
import type { Routes, SearchQuery } from "./routes.ts";
import { idOf } from "./schemas.ts";
import { readWholeList } from "./whole-list.ts";

/** The conversations that a run is limited to, as you name them: by ids, or by names and e-mail addresses. */
export type FilterWords = {
  readonly state?: string | undefined;
  readonly tag?: string | undefined;
  readonly teammate?: string | undefined;
  readonly contact?: string | undefined;
};

/** The filter → conditions of a conversation search. Errors: ConfigError for a name that Intercom does not know. */
export async function conversationConditions(routes: Routes, words: FilterWords): Promise<SearchQuery[]> {
  const conditions: SearchQuery[] = [];
  if (words.state !== undefined) conditions.push({ field: "state", operator: "=", value: words.state });
  if (words.tag !== undefined)
    conditions.push({ field: "tag_ids", operator: "=", value: await tagId(routes, words.tag) });
  if (words.teammate !== undefined) {
    conditions.push({ field: "teammate_ids", operator: "=", value: await teammateId(routes, words.teammate) });
  }
  if (words.contact !== undefined) {
    conditions.push({ field: "contact_ids", operator: "=", value: await contactId(routes, words.contact) });
  }
  return conditions;
}

async function tagId(routes: Routes, word: string): Promise<string> {
  return found(await recordsOf(routes, lists.tags), word, "name", "--tag", "tag");
}

async function teammateId(routes: Routes, word: string): Promise<string> {
  return found(await recordsOf(routes, lists.admins), word, "email", "--teammate", "teammate");
}

async function recordsOf(routes: Routes, list: ListRoute): Promise<readonly unknown[]> {
  return (await readWholeList(routes, list)).records.map(({ record }) => record);
}

async function contactId(routes: Routes, word: string): Promise<string> {
  if (!word.includes("@")) return word;
  const { items } = await routes.searchContacts({ field: "email", operator: "=", value: word }, firstPlace);
  return found(items, word, "email", "--contact", "contact");
}

function found(records: readonly unknown[], word: string, key: string, flag: string, noun: string): string {
  const wanted = word.toLowerCase();
  for (const record of records) {
    const id = idOf(record);
    if (id !== undefined && (id === word || textAt(record, key)?.toLowerCase() === wanted)) return id;
  }
  throw new ConfigError(`${flag}: Intercom has no ${noun} with this ${key} or id.`);
}
