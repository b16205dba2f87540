import { ConfigError, messageOf, RefusedError } from "../../errors.ts";
import { textAt } from "../../json-path.ts";
import type { HttpResponse } from "../http.ts";
import { type AttioClient, type AttioRequest, writeOnce } from "./client.ts";
import { actionFor, codeOf } from "./errors.ts";
import { type Field, fields, type Mapped, mapFields } from "./fields.ts";
import { readOffsetList } from "./pages.ts";

const attioModes = ["activity", "record", "note"] as const;
export type AttioMode = (typeof attioModes)[number];

const attributesPerPage = 500;
const attributePagesMax = 20;

/** What holds the records: an activity, or a custom object. */
export type Container = {
  readonly mode: "activity" | "record";
  readonly slug: string;
  readonly path: string;
  readonly recordScope: string;
  readonly configurationScope: string;
  readonly creation: Readonly<Record<string, string>>;
};

export const containers: Readonly<Record<Container["mode"], Container>> = {
  activity: {
    mode: "activity",
    // Attio wants the app's name in front, against clashes.
    slug: "intercom_support_tickets",
    path: "/v2/activities/intercom_support_tickets",
    recordScope: "activity_record",
    configurationScope: "activity_configuration",
    creation: {
      api_slug: "intercom_support_tickets",
      singular_noun: "Support ticket",
      plural_noun: "Support tickets",
      // Not `interactions`: a closed ticket would count as the last conversation with the customer.
      extends: "activities",
    },
  },
  record: {
    mode: "record",
    slug: "support_tickets",
    path: "/v2/objects/support_tickets",
    recordScope: "record_permission",
    configurationScope: "object_configuration",
    creation: { api_slug: "support_tickets", singular_noun: "Support ticket", plural_noun: "Support tickets" },
  },
};

/** The attributes of the fields; undefined while the container itself is missing. */
export async function inspect(client: AttioClient, container: Container): Promise<Mapped | undefined> {
  const found = await client.read({
    method: "GET",
    path: container.path,
    scope: `${container.configurationScope}:read`,
  });
  if (found.status >= 300) return undefined;
  const path = `${container.path}/attributes`;
  const attributes = await Array.fromAsync(
    readOffsetList(client, {
      path: `${path}?show_archived=true`,
      scope: `${container.configurationScope}:read`,
      perPage: attributesPerPage,
      pagesMax: attributePagesMax,
      errorFor: (response) => unexpected(response, path),
      endless: () =>
        new ConfigError(
          `${container.slug} in Attio has more than ${attributePagesMax * attributesPerPage} attributes.`,
        ),
    }),
  );
  const objectIds = { people: await objectId(client, "people"), companies: await objectId(client, "companies") };
  return mapFields(attributes, container.mode === "activity", objectIds);
}

async function objectId(client: AttioClient, slug: string): Promise<string> {
  const path = `/v2/objects/${slug}`;
  const response = await client.read({ method: "GET", path, scope: "object_configuration:read" });
  const id = textAt(response.json, "data", "id", "object_id");
  if (id === undefined) throw unexpected(response, path);
  return id;
}

/** The mapping of a complete container. Errors: ConfigError that says what is missing. */
export function checkComplete(container: Container, mapped: Mapped | undefined): Mapped["mapping"] {
  if (mapped === undefined)
    throw new ConfigError(
      `Attio has no ${container.mode === "activity" ? "activity" : "object"} ${container.slug} yet: run \`activate attio --as ${container.mode} --setup\`.`,
    );
  checkConflicts(container, mapped);
  if (mapped.missing.length > 0)
    throw new ConfigError(
      `${container.slug} in Attio lacks ${mapped.missing.map(({ name }) => name).join(", ")}: run \`activate attio --as ${container.mode} --setup\`.`,
    );
  return mapped.mapping;
}

function checkConflicts(container: Container, mapped: Mapped): void {
  if (mapped.conflicts.length === 0) return;
  throw new ConfigError(
    `Attributes of ${container.slug} in Attio do not match what this loader writes: ${mapped.conflicts.join("; ")}. Rename or delete them there, and run with --setup.`,
  );
}

/**
 * Says what is missing, and makes it.
 * @param isDryRun only says it
 */
export async function setUp(
  client: AttioClient,
  mode: AttioMode,
  say: (line: string) => void,
  isDryRun: boolean,
): Promise<void> {
  say("What this workspace can have:");
  for (const each of attioModes) say(`  --as ${each.padEnd(9)} ${await availability(client, each)}`);
  if (mode === "note") {
    say("Notes need no set-up.");
    return;
  }
  const container = containers[mode];
  const word = mode === "activity" ? "activity" : "object";
  let mapped = await inspect(client, container);
  const isNew = mapped === undefined;
  if (mapped === undefined) {
    say(`To be made: the ${word} ${container.slug} (${container.creation["plural_noun"]})`);
    if (mode === "activity") say("To be made: its attributes, except those that it inherits");
    else for (const field of fields) say(`To be made: ${attributeInWords(field)}`);
    if (isDryRun) return;
    await make(
      client,
      container,
      `/v2/${mode === "activity" ? "activities" : "objects"}`,
      container.creation,
      async () => ((await inspect(client, container)) === undefined ? undefined : container.slug),
    );
    say(`Made: ${container.slug}`);
    mapped = await inspect(client, container);
  }
  if (mapped === undefined)
    throw new ConfigError(`Attio accepted ${container.slug} but does not list it yet: run the same command again.`);
  checkConflicts(container, mapped);
  // For a new object, `setUp` has listed the fields already.
  if (mode === "activity" || !isNew) for (const field of mapped.missing) say(`To be made: ${attributeInWords(field)}`);
  for (const field of isDryRun ? [] : mapped.missing) {
    await make(client, container, `${container.path}/attributes`, attributeOf(field), async () =>
      (await inspect(client, container))?.mapping.has(field.name) === true ? field.name : undefined,
    );
  }
  if (!isDryRun && mapped.missing.length > 0) say(`Made: ${mapped.missing.map(({ name }) => name).join(", ")}`);
  if (mapped.missing.length === 0) say(`${container.slug} is complete.`);
}

/** Whether the workspace can have a mode, in words. */
async function availability(client: AttioClient, mode: AttioMode): Promise<string> {
  const requests: Readonly<Record<AttioMode, AttioRequest>> = {
    activity: { method: "GET", path: "/v2/activities?limit=1", scope: "activity_configuration:read" },
    record: { method: "GET", path: "/v2/objects", scope: "object_configuration:read" },
    note: { method: "GET", path: "/v2/notes?limit=1", scope: "note:read" },
  };
  try {
    const response = await client.read(requests[mode]);
    if (response.status < 300) return "yes";
    return `no: Attio answered ${`${response.status} ${codeOf(response)}`.trim()}${mode === "activity" ? " (activities are in beta, and not in every workspace or plan)" : ""}`;
  } catch (error) {
    if (error instanceof RefusedError) return `no: ${messageOf(error)}`;
    throw error;
  }
}

async function make(
  client: AttioClient,
  container: Container,
  path: string,
  data: Readonly<Record<string, unknown>>,
  find: () => Promise<string | undefined>,
): Promise<void> {
  const scope = `${container.configurationScope}:read-write`;
  const written = await writeOnce(client, { method: "POST", path, body: { data }, scope }, find);
  if ("id" in written || actionFor(written.response.status, codeOf(written.response)) === "accept") return;
  const { response } = written;
  const code = codeOf(response);
  if (actionFor(response.status, code) === "taken" && (await find()) !== undefined) return;
  if (container.mode === "activity" && path === "/v2/activities")
    throw new ConfigError(
      `Attio answered ${`${response.status} ${code}`.trim()} when the activity was to be made: the workspace or its plan does not have custom activities, or the slug is taken. Use --as record.`,
    );
  throw unexpected(response, path);
}

function attributeOf(field: Field): Readonly<Record<string, unknown>> {
  return {
    title: field.title,
    description: field.description,
    api_slug: field.name,
    type: field.type,
    is_required: false,
    is_unique: field.isUnique === true,
    is_multiselect: false,
    config: field.links === undefined ? {} : { record_reference: { allowed_objects: [field.links] } },
  };
}

function attributeInWords(field: Field): string {
  const kind = field.links === undefined ? field.type : `link to ${field.links}`;
  return `${field.name} (${kind}${field.isUnique === true ? ", unique" : ""})`;
}

function unexpected(response: HttpResponse, path: string): ConfigError {
  return new ConfigError(
    `${path} of Attio answered ${`${response.status} ${codeOf(response)}`.trim()}: check ATTIO_BASE_URL and the key's scopes, and run with --setup again.`,
  );
}
