// The fake Attio: a real HTTP server with the endpoints that activation uses, as the OpenAPI and the guides describe them.
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  answerOrErr,
  type DestinationAnswer,
  type DestinationRequest,
  type FaultPlan,
  type LateRequests,
  readRequest,
} from "../destination-faults.ts";
import { listening } from "../listening.ts";
import { noMorePages, page, shownNote } from "./answers.ts";
import { AttioRateLimit, type RateLimits } from "./rate-limit.ts";
import type { AttioSpecification } from "./requests.ts";
import { AttioError, isObject, shownAttribute, type Values } from "./values.ts";
import { AttioWorkspace, type Collection, type NewAttribute } from "./workspace.ts";

export type FakeAttioOptions = {
  readonly apiKey?: string;
  readonly port?: number;
  readonly faults?: FaultPlan;
  /** A second; Attio's own unless told. */
  readonly rateLimits?: RateLimits;
  /** Without the beta, activities answer 404. */
  readonly hasActivities?: boolean;
  /** Whether the plan has custom activities. */
  readonly isPaid?: boolean;
  /** What an activity's schema brings: which slugs those are is not public. Companies and people by slug. */
  readonly inherited?: readonly (NewAttribute & { readonly links?: readonly string[] })[];
  /** What the key may do; everything unless told. */
  readonly scopes?: ReadonlySet<string>;
  /** Whether requests are held against the OpenAPI, as they are unless told. `make setup` does not install what that needs. */
  readonly isCheckingRequests?: boolean;
  /** Whether every answer is held against the OpenAPI too. */
  readonly isCheckingAnswers?: boolean;
};

/** A time and a list of linked records. */
const usualInheritance: NonNullable<FakeAttioOptions["inherited"]> = [
  { api_slug: "created_at", title: "Created at", type: "timestamp", is_writable: false },
  { api_slug: "timestamp", title: "Timestamp", type: "timestamp" },
  {
    api_slug: "involved_records",
    title: "Involved records",
    type: "record-reference",
    is_multiselect: true,
    links: ["people", "companies"],
  },
];

export class FakeAttio {
  readonly apiKey: string;
  readonly workspace = new AttioWorkspace();
  readonly rateLimit: AttioRateLimit;
  readonly unplanned: string[] = [];
  readonly requests = { total: 0, writes: 0 };
  url = "";
  faults: FaultPlan | undefined;
  close: () => Promise<void> = async () => undefined;
  readonly #options: FakeAttioOptions;
  readonly #late: LateRequests = [];
  readonly #specification: AttioSpecification | undefined;

  private constructor(options: FakeAttioOptions, specification: AttioSpecification | undefined) {
    this.#options = options;
    this.#specification = specification;
    this.apiKey = options.apiKey ?? "attio-fake";
    this.faults = options.faults;
    this.rateLimit = new AttioRateLimit(options.rateLimits ?? { reads: 100, writes: 25 });
  }

  static async start(options: FakeAttioOptions = {}): Promise<FakeAttio> {
    const specification =
      options.isCheckingRequests === false ? undefined : (await import("./requests.ts")).AttioSpecification.shared;
    const fake = new FakeAttio(options, specification);
    const server = await listening((request, response) => fake.#receive(request, response), options.port);
    fake.url = server.url;
    fake.close = server.close;
    return fake;
  }

  /** Somebody in the workspace. */
  addPerson(email: string): string {
    const people = this.workspace.collection("objects", "people");
    return this.workspace.create(people, { email_addresses: [email] }).id;
  }

  addCompany(domain: string): string {
    const companies = this.workspace.collection("objects", "companies");
    return this.workspace.create(companies, { domains: [domain], name: domain }).id;
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.total += 1;
    const request = await readRequest(incoming, this.requests.total);
    answerOrErr(response, this.faults?.(request), () => this.#answer(request), this.#late, !isWriting(request));
  }

  #answer(request: DestinationRequest): DestinationAnswer {
    const { method, url } = request;
    if (request.headers.authorization !== `Bearer ${this.apiKey}`)
      return { status: 401, body: new AttioError(401, "unauthorized", "Invalid access token.").body };
    const isWrite = isWriting(request);
    const refusal = this.rateLimit.take(isWrite ? "writes" : "reads", Date.now());
    if (refusal !== undefined) return refusal;
    if (isWrite) this.requests.writes += 1;
    try {
      this.#check(method, url.pathname, request.body);
      const body = this.#route(request);
      if (this.#options.isCheckingAnswers === true && !url.pathname.startsWith("/v2/activities"))
        this.unplanned.push(...(this.#specification?.problemsOfAnswer(method, url.pathname, 200, body) ?? []));
      return { status: 200, body };
    } catch (error) {
      if (!(error instanceof AttioError)) throw error;
      return { status: error.status, body: error.body };
    }
  }

  #check(method: string, pathname: string, body: unknown): void {
    // As objects are, by the guide: but for making an activity, which has one property more.
    const path = pathname.replace("/v2/activities", "/v2/objects");
    const problems = this.#specification?.problemsOfBody(method, path, body) ?? [];
    this.unplanned.push(...problems);
    if (problems.length > 0) throw new AttioError(400, "validation_type", problems.join("; "));
  }

  #route({ method, url, body }: DestinationRequest): Values {
    const [, version, first = "", slug, second, third] = url.pathname.split("/");
    const name = `${method} ${[first, slug && "{}", second, third].filter(Boolean).join("/")}`;
    const data = isObject(body) && isObject(body["data"]) ? body["data"] : {};
    if (version === "v2" && name === "GET self") return this.#self();
    if (version === "v2" && name === "DELETE notes/{}") return this.#removeNote(slug);
    if (version === "v2" && first === "notes" && slug === undefined)
      return method === "POST" ? this.#makeNote(data) : this.#notes(url.searchParams);
    if (version === "v2" && (first === "objects" || first === "activities")) {
      this.#checkActivities(first, method, slug);
      if (slug === undefined) return this.#collections(first, method, data);
      const collection = this.workspace.collection(first, slug);
      switch (`${method} ${[second, third].filter(Boolean).join("/")}`) {
        case "GET ":
          return { data: this.#shownCollection(collection) };
        case "GET attributes":
          return { data: page(collection.attributes.map(shownAttribute), url.searchParams, 500) };
        case "POST attributes":
          return { data: shownAttribute(this.workspace.addAttribute(collection, this.#newAttribute(data))) };
        case "POST records/query": {
          this.#need(first === "objects" ? "record_permission:read" : "activity_record:read");
          const filter = isObject(body) ? body["filter"] : undefined;
          const records = this.workspace.query(collection, filter);
          return { data: records.map((record) => this.workspace.shown(collection, record)) };
        }
        case "PUT records": {
          this.#need(first === "objects" ? "record_permission:read-write" : "activity_record:read-write");
          const values = isObject(data["values"]) ? data["values"] : {};
          const record = this.workspace.assert(collection, url.searchParams.get("matching_attribute") ?? "", values);
          return { data: this.workspace.shown(collection, record) };
        }
      }
    }
    this.unplanned.push(`${method} ${url.pathname}`);
    throw new AttioError(404, "not_found", "Could not find endpoint.");
  }

  #checkActivities(first: string, method: string, slug: string | undefined): void {
    if (first !== "activities") return;
    if (this.#options.hasActivities === false) throw new AttioError(404, "not_found", "Could not find endpoint.");
    this.#need("activity_configuration:read");
    if (method === "POST" && slug === undefined && this.#options.isPaid === false)
      throw new AttioError(403, "billing_error", "Custom activities are not in your plan.");
  }

  #need(scope: string): void {
    const scopes = this.#options.scopes;
    if (scopes !== undefined && !scopes.has(scope))
      throw new AttioError(403, "unauthorized", `The token lacks ${scope}.`);
  }

  #collections(kind: Collection["kind"], method: string, data: Values): Values {
    if (method === "GET") {
      const own = this.workspace.collections.filter((each) => each.kind === kind);
      return { data: own.map((each) => this.#shownCollection(each)), ...(kind === "objects" ? {} : noMorePages) };
    }
    const schema = data["extends"];
    if (kind === "activities" && !["activities", "interactions", "calls", "emails"].includes(String(schema)))
      throw new AttioError(400, "validation_type", "extends must be a schema.");
    const made = this.workspace.makeCollection(
      kind,
      String(data["api_slug"]),
      String(data["singular_noun"]),
      String(data["plural_noun"]),
      kind === "activities" ? String(schema) : undefined,
    );
    for (const { links = [], ...attribute } of kind === "activities"
      ? (this.#options.inherited ?? usualInheritance)
      : [])
      this.workspace.addAttribute(made, { ...attribute, allowedObjectIds: links.map((link) => this.#objectId(link)) });
    return { data: this.#shownCollection(made) };
  }

  #shownCollection(collection: Collection): Values {
    const { workspace } = this;
    const own = collection.kind === "objects" ? { object_id: collection.id } : { activity_id: collection.id };
    return {
      id: { workspace_id: workspace.id, ...own },
      api_slug: collection.slug,
      singular_noun: collection.singular,
      plural_noun: collection.plural,
      created_at: "2026-01-01T00:00:00.000000000Z",
      ...(collection.kind === "objects" ? {} : { extends: [{ schema_slug: collection.extends }] }),
    };
  }

  #newAttribute(data: Values): NewAttribute {
    const reference = isObject(data["config"]) ? data["config"]["record_reference"] : undefined;
    const allowed =
      isObject(reference) && Array.isArray(reference["allowed_objects"]) ? reference["allowed_objects"] : [];
    return {
      api_slug: String(data["api_slug"]),
      title: String(data["title"]),
      description: typeof data["description"] === "string" ? data["description"] : null,
      type: String(data["type"]),
      is_unique: data["is_unique"] === true,
      is_multiselect: data["is_multiselect"] === true,
      allowedObjectIds: allowed.map((slug) => this.#objectId(String(slug))),
    };
  }

  #objectId(slug: string): string {
    return this.workspace.collection("objects", slug).id;
  }

  #makeNote(data: Values): Values {
    this.#need("note:read-write");
    const personId = String(data["parent_record_id"]);
    if (!this.workspace.collection("objects", String(data["parent_object"])).records.has(personId))
      throw new AttioError(404, "not_found", `There is no record ${personId}.`);
    const note = {
      id: this.workspace.newId(),
      personId,
      title: String(data["title"]),
      content: String(data["content"]),
      createdAt: String(data["created_at"] ?? new Date().toISOString()),
    };
    this.workspace.notes.push(note);
    return { data: shownNote(this.workspace.id, note) };
  }

  #removeNote(noteId: string | undefined): Values {
    this.#need("note:read-write");
    const index = this.workspace.notes.findIndex(({ id }) => id === noteId);
    if (index < 0) throw new AttioError(404, "not_found", `Note with ID "${noteId}" not found.`);
    this.workspace.notes.splice(index, 1);
    return {};
  }

  #notes(query: URLSearchParams): Values {
    this.#need("note:read");
    const personId = query.get("parent_record_id");
    const theirs = this.workspace.notes.filter((note) => personId === null || note.personId === personId);
    return { data: page(theirs.toReversed(), query, 50, 10).map((note) => shownNote(this.workspace.id, note)) };
  }

  #self(): Values {
    const nothing = { exp: null, iat: 0, sub: this.workspace.id, aud: "fake", iss: "attio.com" };
    return {
      active: true,
      scope: [...(this.#options.scopes ?? [])].join(" "),
      client_id: "fake",
      token_type: "Bearer",
      ...nothing,
      authorized_by_workspace_member_id: "50cf242c-7fa3-4cad-87d0-75b1af71c57b",
      workspace_id: this.workspace.id,
      workspace_name: "Fake",
      workspace_slug: "fake",
      workspace_logo_url: null,
    };
  }
}

function isWriting({ method, url }: DestinationRequest): boolean {
  return method !== "GET" && !url.pathname.endsWith("/query");
}
