import { FailedRecordError, NotFoundError, RestartListingError, UnavailableError } from "../errors.ts";
import { companiesOfContact } from "../extract/lists.ts";
import type { Place } from "../extract/next-place.ts";
import { walkPages } from "../extract/pages.ts";
import { contactSchema, idOf } from "../extract/schemas.ts";
import type { Run } from "./run.ts";

/** Intercom allows a contact 1,000 companies, and a page has 10 of them at least. */
const companyPagesMax = 100;
/** The companies of one contact are not worth more time. */
const companiesMsMax = 20_000;

/**
 * A contact with all its companies. Intercom's answer has at most 10 of them: the others are requested, and take the same
 * shape.
 * @returns undefined when the contact is gone meanwhile. Should it be there after all, the count of contacts shows the next
 * run that one is missing
 * Errors: FailedRecordError when the companies cannot be read.
 */
export async function withAllCompanies(run: Run, contact: unknown): Promise<unknown> {
  const parsed = contactSchema.safeParse(contact);
  if (!parsed.success || !hasMoreCompanies(parsed.data.companies)) return contact;
  const { id, companies: listed } = parsed.data;
  try {
    const data = await run.health.requestRecord(
      `companies of contact ${id}`,
      () => companiesOf(run, id, listed?.total_count ?? undefined),
      { retriesNotFound: true },
    );
    const whole = { data, total_count: data.length, has_more: false };
    const { companies } = contact as { readonly companies: object };
    return { ...(contact as object), companies: { ...companies, ...whole } };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    if (await isGone(run, id)) return undefined;
    throw new FailedRecordError(`its companies answered 404: ${error.message}`, { cause: error });
  }
}

async function isGone(run: Run, id: string): Promise<boolean> {
  try {
    return idOf((await run.health.requestRecord(`contact ${id}`, () => run.routes.contact(id))).content) !== id;
  } catch (error) {
    if (error instanceof NotFoundError) return true;
    throw error;
  }
}

function hasMoreCompanies(companies: ReturnType<typeof contactSchema.parse>["companies"]): boolean {
  if (companies === null || companies === undefined) return false;
  return companies.has_more === true || (companies.total_count ?? 0) > (companies.data ?? []).length;
}

/** @param total of the contact's companies, as the contact says. Errors: UnavailableError when the pages have no end. */
async function companiesOf(run: Run, contactId: string, total: number | undefined): Promise<readonly unknown[]> {
  const list = companiesOfContact(contactId);
  const found = new Map<string, unknown>();
  const startedAtMs = run.effects.now();
  try {
    const pages = walkPages((place: Place) => run.routes.list(list, place), idOf, { pagesMax: companyPagesMax, total });
    for await (const { items } of pages) {
      if (run.effects.now() - startedAtMs > companiesMsMax)
        throw new UnavailableError(`its companies take longer than ${companiesMsMax / 1000} s`);
      for (const company of items) {
        const id = idOf(company);
        if (id !== undefined) found.set(id, { type: "company", id, url: `/companies/${id}` });
      }
    }
  } catch (error) {
    if (!(error instanceof RestartListingError)) throw error;
    throw new UnavailableError(`the list of its companies does not end: ${error.message}`, { cause: error });
  }
  return [...found.values()];
}
