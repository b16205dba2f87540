import { domainToASCII, domainToUnicode } from "node:url";
import { ConfigError, UnavailableError } from "../../errors.ts";
import { listAt, textAt } from "../../json-path.ts";
import { type AttioClient, writeOnce } from "./client.ts";
import { codeOf, reasonFor } from "./errors.ts";

/** Values in one query, and the most records in its response. */
const valuesPerQuery = 50;
const recordsPerQuery = 500;

type Lookup = {
  /** `/v2/objects/people/records`, … */
  readonly records: string;
  readonly attribute: string;
  /** The property of the attribute's values that holds the value: `value` for a text. */
  readonly property: string;
  readonly scope: string;
  /** Whether Attio may refuse a value as invalid for the attribute: then no record has the value. */
  readonly isForeign?: boolean;
};

const byEmail: Lookup = {
  records: "/v2/objects/people/records",
  attribute: "email_addresses",
  property: "email_address",
  scope: "record_permission:read",
  isForeign: true,
};

const byDomain: Lookup = {
  records: "/v2/objects/companies/records",
  attribute: "domains",
  property: "domain",
  scope: "record_permission:read",
  isForeign: true,
};

/** Value → ids of the records with it, without values that no record has. Values are compared in lower case. */
export async function recordsWith(
  client: AttioClient,
  lookup: Lookup,
  values: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  const wanted = [...new Set(values.map((value) => value.toLowerCase()))];
  for (let first = 0; first < wanted.length; first += valuesPerQuery) {
    const some = wanted.slice(first, first + valuesPerQuery);
    const refused = await lookUp(client, lookup, some, found);
    if (refused.length > 0 && refused.length === some.length && some.length > 1) throw unsearchable(lookup, "400");
  }
  return found;
}

/** Adds records to `found`. @returns the values that Attio refuses, each by itself */
async function lookUp(
  client: AttioClient,
  lookup: Lookup,
  some: readonly string[],
  found: Map<string, readonly string[]>,
): Promise<readonly string[]> {
  const { records, attribute, property, scope, isForeign = false } = lookup;
  const filter = { $or: some.map((value) => ({ [attribute]: value })) };
  const body = { filter, limit: recordsPerQuery };
  const response = await client.read({ method: "POST", path: `${records}/query`, body, scope });
  if (response.status === 400 && isForeign) {
    if (some.length === 1) return some;
    const middle = Math.ceil(some.length / 2);
    const refused = await lookUp(client, lookup, some.slice(0, middle), found);
    return [...refused, ...(await lookUp(client, lookup, some.slice(middle), found))];
  }
  if (response.status >= 300) throw unsearchable(lookup, `${response.status} ${codeOf(response)}`.trim());
  for (const record of listAt(response.json, "data")) {
    const id = textAt(record, "id", "record_id");
    if (id === undefined) continue;
    const own = listAt(record, "values", attribute).map((value) => textAt(value, property)?.toLowerCase());
    for (const value of some) if (own.includes(value)) found.set(value, [...(found.get(value) ?? []), id]);
  }
  return [];
}

function unsearchable({ records, attribute }: Lookup, answer: string): UnavailableError {
  return new UnavailableError(
    `POST ${records}/query of Attio answered ${answer}: ${attribute} cannot be searched. Run with --setup, and then again.`,
  );
}

/** The id of a person's record, or why there is none. */
type Person = { readonly id: string } | { readonly reason: string };

/** The people and companies that tickets link to, each looked up once a run. */
export class Directory {
  readonly #client: AttioClient;
  readonly #isCreating: boolean;
  readonly #people = new Map<string, readonly string[]>();
  readonly #companies = new Map<string, readonly string[]>();
  readonly #creations = new Map<string, Promise<Person>>();
  /** @param isCreating whether to make missing people */
  constructor(client: AttioClient, isCreating: boolean) {
    this.#client = client;
    this.#isCreating = isCreating;
  }

  /** Looks up the people and companies that are not known yet. */
  async learn(emails: readonly string[], domains: readonly string[]): Promise<void> {
    await learnInto(this.#people, emails, (unknown) => recordsWith(this.#client, byEmail, unknown));
    await learnInto(this.#companies, domains.flatMap(formsOf), (unknown) =>
      recordsWith(this.#client, byDomain, unknown),
    );
  }

  /** The person with an address, made where `isCreating` is set, or why there is none. */
  async personId(email: string, name: string | null): Promise<Person> {
    const ids = this.#people.get(email.toLowerCase()) ?? [];
    const [id] = ids;
    if (ids.length > 1) return { reason: "several people in Attio have this email: merge them there" };
    if (id !== undefined) return { id };
    if (!this.#isCreating) return { reason: "nobody in Attio has this email: --create-people creates missing people" };
    // A person with several tickets is made once.
    const address = email.toLowerCase();
    const creation = this.#creations.get(address) ?? this.#create(address, name);
    this.#creations.set(address, creation);
    return creation;
  }

  /** The company with a domain; undefined where there is none, or several. */
  companyId(domain: string | null): string | undefined {
    const forms = domain === null ? [] : formsOf(domain);
    const [id, ...others] = new Set(forms.flatMap((form) => this.#companies.get(form) ?? []));
    return others.length === 0 ? id : undefined;
  }

  /** Makes a person by assertion: Attio returns an existing person with this address. */
  async #create(address: string, name: string | null): Promise<Person> {
    const request = {
      method: "PUT",
      path: `${byEmail.records}?matching_attribute=${byEmail.attribute}`,
      body: { data: { values: { [byEmail.attribute]: [{ email_address: address }], ...personName(name) } } },
      scope: "record_permission:read-write",
    } as const;
    const written = await writeOnce(this.#client, request, async () =>
      (await recordsWith(this.#client, byEmail, [address])).get(address)?.at(0),
    );
    const id = "id" in written ? written.id : textAt(written.response.json, "data", "id", "record_id");
    if (id === undefined) {
      if ("response" in written && written.response.status === 404)
        throw new ConfigError("Attio has no object people at ATTIO_BASE_URL: check that address.");
      return {
        reason: `the person cannot be made: ${"response" in written ? reasonFor(written.response) : "no answer"}`,
      };
    }
    return { id };
  }
}

/** The Unicode form (müller.de) and the ASCII form (xn--mller-kva.de) of a domain: Attio may have either. */
function formsOf(domain: string): readonly string[] {
  const name = domain.toLowerCase();
  return [...new Set([name, domainToASCII(name), domainToUnicode(name)])].filter((form) => form !== "");
}

function personName(name: string | null): Readonly<Record<string, unknown>> {
  const full = name?.trim() ?? "";
  if (full === "") return {};
  const [first = "", ...rest] = full.split(/\s+/);
  return { name: [{ first_name: first, last_name: rest.join(" "), full_name: full }] };
}

async function learnInto(
  known: Map<string, readonly string[]>,
  values: readonly string[],
  ask: (values: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>,
): Promise<void> {
  const unknown = [...new Set(values.map((value) => value.toLowerCase()))].filter((value) => !known.has(value));
  const found = await ask(unknown);
  for (const value of unknown) known.set(value, found.get(value) ?? []);
}
