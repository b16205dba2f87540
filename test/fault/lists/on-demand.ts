import type { JsonObject } from "../../fake/json.ts";
import { canonical } from "../canonical.ts";
import { rowsOf } from "../odd-workshop.ts";
import type { Workshop } from "../workshop.ts";

/** Streams of lists that belong to one record each: the owner's column, and what the world has of one owner. */
export const listsOfRecords = {
  contact_notes: ["contact_id", "contacts", (workshop: Workshop, id: string) => around(workshop).contactNotes(id)],
  contact_segments: [
    "contact_id",
    "contacts",
    (workshop: Workshop, id: string) => around(workshop).contactSegments(id),
  ],
  company_notes: ["company_id", "companies", (workshop: Workshop, id: string) => around(workshop).companyNotes(id)],
  company_segments: [
    "company_id",
    "companies",
    (workshop: Workshop, id: string) => around(workshop).companySegments(id),
  ],
  handling_events: [
    "conversation_id",
    "conversations",
    (workshop: Workshop, id: string) => around(workshop).handlingEvents(id),
  ],
  side_conversations: [
    "conversation_id",
    "conversations",
    (workshop: Workshop, id: string) => around(workshop).sideConversations(id),
  ],
} as const;

export type ListsOfRecords = keyof typeof listsOfRecords;

export const listsOfRecordsNames = Object.keys(listsOfRecords) as ListsOfRecords[];

function around(workshop: Workshop) {
  return workshop.fake.world.around;
}

/** Payloads that are live, by owner and id; each as canonical text. */
export async function liveEntries(
  workshop: Workshop,
  stream: string,
  ownerColumn?: string,
): Promise<Map<string, string>> {
  const key = ownerColumn === undefined ? "id" : `${ownerColumn} || '/' || id`;
  const rows = await rowsOf(
    workshop,
    `select key, payload from (select ${key} as key, arg_max(cast(payload as varchar), (_fetched_at, _loaded_at)) as payload
     from raw.${stream} group by key) where payload not like '{"type":"%","id":"%","deleted":true}'`,
  );
  return new Map(rows.map(([at, payload]) => [String(at), canonical(String(payload))]));
}

/** In words, where the live entries are not those of the owners that the warehouse has. */
export async function listFaults(workshop: Workshop, stream: ListsOfRecords): Promise<string[]> {
  const [ownerColumn, ownerTable, truthOf] = listsOfRecords[stream];
  const live = await liveEntries(workshop, stream, ownerColumn);
  const owners = (await rowsOf(workshop, `select distinct id from raw.${ownerTable}`)).flat().map(String);
  const faults: string[] = [];
  let entries = 0;
  for (const owner of owners) {
    const texts = (truthOf(workshop, owner) ?? []).map((entry: JsonObject) => canonical(JSON.stringify(entry)));
    const stored = [...live].filter(([key]) => key.startsWith(`${owner}/`)).map(([, text]) => text);
    entries += texts.length;
    if (texts.toSorted().join("\n") !== stored.toSorted().join("\n"))
      faults.push(`${stream} of ${owner}: ${stored.length} instead of ${texts.length}`);
  }
  return entries === 0 ? [`the world has no ${stream}: nothing was compared`] : faults;
}
