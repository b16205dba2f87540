/**
 * Where the next page of a listing is. Intercom's lists name it in different forms, and a route may change its form: a
 * cursor, an object with a cursor, a page number, a URL, or only a count of pages. The loader follows every form.
 */

/** The parameters that request one page of a listing; none for the first page. */
export type Place = Readonly<Record<string, string>>;

export const firstPlace: Place = {};

/** What a bare text in `next` is: a cursor (`starting_after`) or a page number. */
export type Paging = "cursor" | "number";

/** `pages.next` names no page in any known form. */
export class UnknownNextError extends Error {
  override readonly name = "UnknownNextError";
}

/**
 * The place of the page after this page; undefined after the last page.
 * @param pages a response's `pages`, of any shape
 * @param place of this page
 * @param paging what a bare text in `next` is; by number, a count of pages alone leads on
 * Errors: UnknownNextError.
 */
export function nextPlace(pages: unknown, place: Place, paging: Paging): Place | undefined {
  const { next, total_pages: totalPages } = membersOf(pages);
  const following = placeOf(next, paging);
  if (following !== undefined || paging === "cursor") return following;
  const page = numberOf(place["page"]) ?? 1;
  return (numberOf(totalPages) ?? 0) > page ? { page: String(page + 1) } : undefined;
}

function placeOf(next: unknown, paging: Paging): Place | undefined {
  if (next === null || next === undefined || next === false || next === "") return undefined;
  if (typeof next === "number") return next >= 1 ? { page: String(next) } : undefined;
  if (typeof next === "string") return placeOfText(next.trim(), paging);
  if (typeof next !== "object" || Array.isArray(next)) throw new UnknownNextError(`pages.next is ${kindOf(next)}`);
  const { starting_after: cursor, page, url } = membersOf(next);
  if (typeof cursor === "number" || (typeof cursor === "string" && cursor !== ""))
    return { starting_after: String(cursor) };
  if (numberOf(page) !== undefined) return { page: String(page) };
  return typeof url === "string" ? placeOfText(url, paging) : undefined;
}

function placeOfText(text: string, paging: Paging): Place | undefined {
  if (text === "") return undefined;
  if (/^(https?:\/\/|\/|\?)/.test(text)) return placeOfUrl(text);
  return paging === "number" && /^\d+$/.test(text) ? { page: text } : { starting_after: text };
}

/** Only the URL's parameters count: the token goes to the host that you have set, and to no other host. */
function placeOfUrl(text: string): Place | undefined {
  if (!URL.canParse(text, "http://localhost")) throw new UnknownNextError("pages.next is an unreadable URL");
  const parameters = new URL(text, "http://localhost").searchParams;
  for (const ours of ["per_page", "order", "display_as"]) parameters.delete(ours);
  return parameters.size === 0 ? undefined : Object.fromEntries(parameters);
}

/** The members of an object of any shape; none for anything else. */
function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 ? number : undefined;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "a list" : typeof value;
}
