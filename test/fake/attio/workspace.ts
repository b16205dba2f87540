// The state of an Attio workspace: collections (objects and activities), their attributes and records, and notes.
import {
  AttioError,
  type Attribute,
  isObject,
  type Link,
  type Stored,
  shownValues,
  storedValues,
  type Values,
} from "./values.ts";

export type StoredRecord = {
  readonly id: string;
  readonly createdAt: string;
  /** By attribute slug. */
  values: Map<string, Stored>;
  /** How often it was written. */
  writes: number;
};

export type Collection = {
  readonly id: string;
  readonly kind: "objects" | "activities";
  readonly slug: string;
  readonly singular: string;
  readonly plural: string;
  readonly extends: string | undefined;
  readonly attributes: Attribute[];
  readonly records: Map<string, StoredRecord>;
  /** Attribute and value → record, for unique attributes. */
  readonly unique: Map<string, string>;
};

export type Note = {
  readonly id: string;
  readonly personId: string;
  readonly title: string;
  readonly content: string;
  readonly createdAt: string;
};

export type NewAttribute = Pick<Attribute, "api_slug" | "title" | "type"> &
  Partial<Pick<Attribute, "description" | "is_unique" | "is_multiselect" | "is_writable" | "allowedObjectIds">>;

export class AttioWorkspace {
  readonly id = "14beef7a-99f7-4534-a87e-70b564330a4c";
  readonly collections: Collection[] = [];
  readonly notes: Note[] = [];
  #ids = 0;

  constructor() {
    const people = this.makeCollection("objects", "people", "Person", "People");
    const companies = this.makeCollection("objects", "companies", "Company", "Companies");
    this.addAttribute(people, { api_slug: "name", title: "Name", type: "personal-name" });
    const emails = { api_slug: "email_addresses", title: "Email addresses", type: "email-address" };
    this.addAttribute(people, { ...emails, is_unique: true, is_multiselect: true });
    this.addAttribute(companies, { api_slug: "name", title: "Name", type: "text" });
    const domains = { api_slug: "domains", title: "Domains", type: "domain" };
    this.addAttribute(companies, { ...domains, is_unique: true, is_multiselect: true });
  }

  collection(kind: Collection["kind"], slugOrId: string): Collection {
    const found = this.collections.find(
      (each) => each.kind === kind && (each.slug === slugOrId || each.id === slugOrId),
    );
    if (found !== undefined) return found;
    const word = kind === "objects" ? "Object" : "Activity";
    throw new AttioError(404, "not_found", `${word} with slug/ID "${slugOrId}" not found.`);
  }

  makeCollection(
    kind: Collection["kind"],
    slug: string,
    singular: string,
    plural: string,
    schema?: string,
  ): Collection {
    if (this.collections.some((each) => each.kind === kind && each.slug === slug))
      throw new AttioError(409, "slug_conflict", "Please ensure your api_slug and names are unique.");
    const collection: Collection = {
      id: this.newId(),
      kind,
      slug,
      singular,
      plural,
      extends: schema,
      attributes: [],
      records: new Map(),
      unique: new Map(),
    };
    this.collections.push(collection);
    return collection;
  }

  addAttribute(collection: Collection, attribute: NewAttribute): Attribute {
    if (collection.attributes.some(({ api_slug }) => api_slug === attribute.api_slug))
      throw new AttioError(409, "slug_conflict", "An attribute with the same API slug already exists.");
    const added: Attribute = {
      id: { workspace_id: this.id, object_id: collection.id, attribute_id: this.newId() },
      description: null,
      is_unique: false,
      is_multiselect: false,
      is_writable: true,
      is_archived: false,
      allowedObjectIds: [],
      ...attribute,
    };
    collection.attributes.push(added);
    return added;
  }

  /** The record that has the value of the unique attribute, changed; a new one when there is none. */
  assert(collection: Collection, matching: string, values: Values): StoredRecord {
    const attribute = this.attribute(collection, matching);
    if (!attribute.is_unique)
      throw new AttioError(400, "matching_attribute_definition_not_unique", `${matching} is not unique.`);
    const stored = this.#stored(collection, values);
    const keys = stored.get(attribute.api_slug) ?? [];
    if (keys.length === 0) throw new AttioError(400, "missing_value", `There is no value of ${matching}.`);
    const ids = new Set(keys.flatMap((key) => collection.unique.get(uniqueKey(attribute, key)) ?? []));
    if (ids.size > 1) throw new AttioError(400, "multiple_match_results", `Several records match ${matching}.`);
    const [id] = ids;
    const record = id === undefined ? undefined : collection.records.get(id);
    if (record === undefined) return this.#create(collection, stored);
    // A multiselect matching attribute gains values; others become what is sent.
    if (attribute.is_multiselect) {
      const before = record.values.get(attribute.api_slug) ?? [];
      stored.set(attribute.api_slug, [...before, ...keys.filter((key) => !before.includes(key))]);
    }
    this.#checkUnique(collection, stored, record.id);
    for (const [slug, value] of stored) record.values.set(slug, value);
    record.writes += 1;
    return record;
  }

  create(collection: Collection, values: Values): StoredRecord {
    return this.#create(collection, this.#stored(collection, values));
  }

  /** By Attio's shorthand filters and `$or`. */
  query(collection: Collection, filter: unknown): readonly StoredRecord[] {
    if (!isObject(filter)) return [...collection.records.values()];
    const alternatives = Array.isArray(filter["$or"]) ? filter["$or"] : [filter];
    const found = new Set<StoredRecord>();
    for (const alternative of alternatives) {
      if (!isObject(alternative)) throw new AttioError(400, "filter_error", "A filter is no object.");
      const [condition, ...others] = Object.entries(alternative);
      if (condition === undefined || others.length > 0)
        throw new AttioError(400, "filter_error", "The fake takes one condition in each alternative.");
      const [slug, wanted] = condition;
      const attribute = this.attribute(collection, slug);
      if (typeof wanted !== "string") throw new AttioError(400, "filter_error", "The fake takes shorthand filters.");
      for (const record of this.#having(collection, attribute, wanted)) found.add(record);
    }
    return [...found];
  }

  attribute(collection: Collection, slugOrId: string): Attribute {
    const found = collection.attributes.find(
      ({ api_slug, id }) => api_slug === slugOrId || id.attribute_id === slugOrId,
    );
    if (found === undefined)
      throw new AttioError(400, "value_not_found", `No attribute was found for slug/ID "${slugOrId}".`);
    return found;
  }

  shown(collection: Collection, record: StoredRecord): Values {
    const own = collection.kind === "objects" ? { object_id: collection.id } : { activity_id: collection.id };
    const values = collection.attributes.map((attribute) => [
      attribute.api_slug,
      shownValues(attribute, record.values.get(attribute.api_slug) ?? []),
    ]);
    return {
      id: { workspace_id: this.id, ...own, record_id: record.id },
      created_at: record.createdAt,
      web_url: `https://app.attio.example/${collection.slug}/${record.id}`,
      values: Object.fromEntries(values),
    };
  }

  newId(): string {
    this.#ids += 1;
    return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, "0")}`;
  }

  *#having(collection: Collection, attribute: Attribute, wanted: string): Generator<StoredRecord> {
    if (attribute.is_unique) {
      const record = collection.records.get(collection.unique.get(uniqueKey(attribute, wanted.toLowerCase())) ?? "");
      if (record !== undefined) yield record;
      if (attribute.type !== "email-address") return;
    }
    for (const record of collection.records.values())
      if (record.values.get(attribute.api_slug)?.includes(wanted) === true) yield record;
  }

  #create(collection: Collection, stored: Map<string, Stored>): StoredRecord {
    this.#checkUnique(collection, stored, undefined);
    const record = { id: this.newId(), createdAt: "2026-01-01T00:00:00.000000000Z", values: stored, writes: 1 };
    collection.records.set(record.id, record);
    this.#index(collection, record);
    return record;
  }

  #checkUnique(collection: Collection, stored: ReadonlyMap<string, Stored>, own: string | undefined): void {
    for (const attribute of collection.attributes.filter(({ is_unique }) => is_unique)) {
      for (const value of stored.get(attribute.api_slug) ?? []) {
        const holder = collection.unique.get(uniqueKey(attribute, value));
        if (holder !== undefined && holder !== own)
          throw new AttioError(400, "uniqueness_conflict", `The record ${holder} has this ${attribute.api_slug}.`);
      }
    }
  }

  #index(collection: Collection, record: StoredRecord): void {
    for (const attribute of collection.attributes.filter(({ is_unique }) => is_unique))
      for (const value of record.values.get(attribute.api_slug) ?? [])
        collection.unique.set(uniqueKey(attribute, value), record.id);
  }

  #stored(collection: Collection, values: Values): Map<string, Stored> {
    return new Map(
      Object.entries(values).map(([slug, sent]) => {
        const attribute = this.attribute(collection, slug);
        return [attribute.api_slug, storedValues(attribute, sent, (link) => this.#linkOf(attribute, link))];
      }),
    );
  }

  #linkOf(attribute: Attribute, link: Values): Link {
    const object = this.collection("objects", String(link["target_object"]));
    const id = String(link["target_record_id"]);
    if (attribute.allowedObjectIds.length > 0 && !attribute.allowedObjectIds.includes(object.id))
      throw new AttioError(400, "validation_type", `${attribute.api_slug} does not link to ${object.slug}.`);
    if (!object.records.has(id)) throw new AttioError(400, "value_not_found", `There is no record ${id}.`);
    return { target_object: object.slug, target_record_id: id };
  }
}

function uniqueKey(attribute: Attribute, value: Stored[number]): string {
  return `${attribute.api_slug} ${JSON.stringify(value)}`;
}
