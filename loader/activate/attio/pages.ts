import { listAt } from "../../json-path.ts";
import type { HttpResponse } from "../http.ts";
import type { AttioClient } from "./client.ts";

export type OffsetList = {
  /** With its own parameters: "/v2/notes?parent_object=people". */
  readonly path: string;
  readonly scope: string;
  readonly perPage: number;
  readonly pagesMax: number;
  /** The error for a page that Attio does not give; undefined where the list then counts as ended. */
  readonly errorFor: (response: HttpResponse) => Error | undefined;
  /** The error for a list with more pages than `pagesMax`. */
  readonly endless: () => Error;
};

/** The records of a list that pages by offset: the only loop over Attio's pages. */
export async function* readOffsetList(client: AttioClient, list: OffsetList): AsyncGenerator<unknown> {
  const { path, scope, perPage, pagesMax } = list;
  const separator = path.includes("?") ? "&" : "?";
  for (let page = 0; page < pagesMax; page += 1) {
    const query = `limit=${perPage}&offset=${page * perPage}`;
    const response = await client.read({ method: "GET", path: `${path}${separator}${query}`, scope });
    if (response.status >= 300) {
      const error = list.errorFor(response);
      if (error === undefined) return;
      throw error;
    }
    const records = listAt(response.json, "data");
    yield* records;
    if (records.length < perPage) return;
  }
  throw list.endless();
}
