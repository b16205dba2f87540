import { parseJsonBody } from "../../json.ts";
import type { Privacy } from "../../privacy.ts";
import type { IntercomRequest, IntercomResponse, ReadBody, Requests } from "../request.ts";
import { publicLists } from "./fields.ts";
import { minimisedRecord } from "./record.ts";
import { scrubbed } from "./writing.ts";

/**
 * The door of this folder: nothing else in it is imported from outside.
 *
 * It stands between the bytes of an answer and every reader of them: rows, payloads, hashes and rejected records are made
 * of what it lets through. A record counts by itself, so that it is stored alike whatever came beside it.
 */

const notJson = Buffer.alloc(0);
const oneRecord = /^\/(?:conversations|tickets|contacts)\/(?!search$|deleted$|attributes$)[^/]+$/;
const listNames: ReadonlySet<string> = new Set(
  (
    "conversations tickets contacts companies admins teams tags segments attributes data_attributes ticket_types ticket_states " +
    "office_hours_schedules office_hours_exceptions notes calls activity_logs subscription_types away_status_reasons " +
    "handling_events side_conversations articles collections help_centers deleted"
  ).split(" "),
);

/** Where the next page is, in Intercom's words. */
const nextPage: ReadonlySet<string> = new Set(["pages", "scroll_param"]);

/** A stored record without texts, names and addresses, as both modes `none` would have stored it. @param name the list that it is of */
export function withoutTexts(record: unknown, name: string, keptAttributes: Privacy["keptAttributes"]): unknown {
  return minimisedRecord(record, name, { pii: "none", body: "none", pseudonyms: undefined, keptAttributes });
}

export class Minimiser {
  readonly #privacy: Privacy;

  constructor(privacy: Privacy) {
    this.#privacy = privacy;
  }

  /** An answer as it may be stored; empty where it is no JSON, for the reader to refuse. @param path what was requested */
  answer(path: string, body: Buffer): Buffer {
    const name = path.split("/").findLast((segment) => listNames.has(segment)) ?? "";
    if (publicLists.has(name)) return body;
    const json = parseJsonBody(body);
    if (json === undefined) return notJson;
    const minimised = oneRecord.test(path) ? minimisedRecord(json, name, this.#privacy) : this.#page(json, name);
    return Buffer.from(JSON.stringify(minimised));
  }

  /** A client whose answers are minimised before anybody reads them. */
  around(client: Requests): Requests {
    const requestAs = <T>(request: IntercomRequest, read: ReadBody<T>): Promise<IntercomResponse<T>> =>
      client.requestAs(request, (body, at) => read(this.answer(request.path, body), at));
    return { requestAs, request: (request) => requestAs(request, parseJsonBody) };
  }

  /** Intercom's own words about a failure, which may name whom the request was about. */
  message(text: string): string {
    return scrubbed(text, undefined);
  }

  #page(json: unknown, name: string): unknown {
    if (typeof json !== "object" || json === null || Array.isArray(json))
      return minimisedRecord(json, name, this.#privacy);
    const members = Object.entries(json).map(([key, member]: [string, unknown]) => {
      if (nextPage.has(key)) return [key, member];
      if (Array.isArray(member))
        return [key, member.map((record) => minimisedRecord(record, key === "data" ? name : key, this.#privacy))];
      return [key, Object.values(minimisedRecord({ [key]: member }, name, this.#privacy) as object)[0]];
    });
    return Object.fromEntries(members) as unknown;
  }
}
