import { z } from "zod";
import { proxyVariables } from "./http/proxy.ts";
import { bodyModes, piiModes } from "./privacy.ts";
import { secretNames } from "./secrets.ts";

/**
 * Every environment variable that the loader reads, in groups by what it is for. `describe` says what a variable is for, and
 * `default` what is taken when it is not set; `without` says so where the schema has no default.
 * `--help` and docs/configuration.md are made from here. dbt reads the variables of the warehouse too, in profiles.yml.
 */

/** Where a server is. Messages print it, so it may hold no secret. */
const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).refine(
  (text) => {
    const parsed = URL.parse(text);
    return parsed === null || `${parsed.username}${parsed.password}${parsed.search}${parsed.hash}` === "";
  },
  { error: "must be a URL without user, password and query: a secret has a variable of its own" },
);
const bareUrl = url.transform((text) => text.replace(/\/+$/, ""));
const apiKey = z.string().regex(/^[\x21-\x7e]+$/, "must be one word of ASCII characters");
const datasetName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be letters, digits and underscores, not beginning with a digit");

/** A description of a variable whose schema has no default. @param without what is taken when it is not set */
const about = (description: string, without: string) => ({ description, without });

const intercom = {
  INTERCOM_ACCESS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, "must be one word of ASCII characters, as Intercom shows it")
    .optional()
    .describe("access token of the workspace"),
  INTERCOM_REGION: z
    .enum(["us", "eu", "au"], "must be us, eu or au")
    .optional()
    .meta(about("where the workspace is: us, eu or au", "us")),
  INTERCOM_BASE_URL: url.optional().meta(about("URL of Intercom's API", "the URL of the region")),
};

const privacy = {
  PII_MODE: z
    .enum(piiModes, "must be full, pseudonymous or none")
    .default("full")
    .describe(
      "what is stored of names and e-mail addresses: `full`; `pseudonymous`, as keyed hashes; `none` (docs/privacy.md)",
    ),
  BODY_MODE: z
    .enum(bodyModes, "must be full, scrubbed or none")
    .default("full")
    .describe("what is stored of what people write: `full`; `scrubbed`, without addresses, numbers and tokens; `none`"),
  PII_KEY: z
    .string()
    .refine(
      (key) => Buffer.byteLength(key) >= 32,
      "must have at least 32 bytes: `openssl rand -base64 48` prints such a key",
    )
    .optional()
    .describe("the key of `PII_MODE=pseudonymous`, of at least 32 bytes; it is stored nowhere"),
  PII_KEEP_ATTRIBUTES: z
    .string()
    .transform((names) => names.split(",").map((name) => name.trim()))
    .optional()
    .meta(about("names of attributes whose texts are stored as they are, separated by commas", "no attribute")),
};

const warehouse = {
  WAREHOUSE: z
    .enum(["duckdb", "bigquery"], "must be duckdb or bigquery")
    .default("duckdb")
    .describe("duckdb or bigquery"),
  DUCKDB_PATH: z.string().default("data/warehouse.duckdb").describe("the DuckDB file"),
  DUCKDB_MEMORY_LIMIT: z
    .string()
    .default("4GB")
    .describe("the memory that a build may use, such as `8GB`; what needs more goes to `<DUCKDB_PATH>.tmp` meanwhile"),
  DUCKDB_MARTS_PATH: z
    .string()
    .regex(/^(off|(?!~)(?!.*:\/\/).*\.(duckdb|db))$/, "must be off, or the path of a file that ends in .duckdb")
    .optional()
    .meta(
      about(
        "the DuckDB file with the marts alone, which readers open; `off` for none",
        "`marts.duckdb` beside `data/warehouse.duckdb`; else DUCKDB_PATH with `-marts` in its name",
      ),
    ),
  DUCKDB_MARTS_READERS: z
    .enum(["owner", "group", "everyone"], "must be owner, group or everyone")
    .default("owner")
    .describe(
      "who may read that file and Parquet files: `owner` (of the loader's process), its `group`, or `everyone`",
    ),
  RAW_DATASET: datasetName.default("intercom_raw").describe("schema (in BigQuery: dataset) of the raw tables"),
  MARTS_DATASET: datasetName
    .default("intercom")
    .describe("schema of the marts; staging is in the schema of the same name with _staging added"),
  STATE_DIR: z.string().default("data").describe("folder for spool files during a run, and for the last summary"),
};

const bigQuery = {
  BIGQUERY_PROJECT: z
    .string()
    .regex(/^([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]*$/, "must be a project's id, in lower case, not its name or number")
    .optional()
    .describe("id of the Google Cloud project that holds the datasets and pays"),
  BIGQUERY_LOCATION: z
    .string()
    .regex(/^[A-Za-z]+(-[a-z]+[0-9]+)?$/, "must be a region such as europe-west1, or EU or US")
    .optional()
    .meta(about("region of the datasets, or EU or US", "where existing datasets are; new datasets are created in US")),
  BIGQUERY_IMPERSONATE: z
    .email("must be the e-mail address of a service account")
    .optional()
    .meta(about("service account to act as, by its e-mail address", "your own login")),
  BIGQUERY_MAXIMUM_BYTES_BILLED: z.coerce
    .number("must be a number of bytes")
    .int("must be a whole number of bytes")
    .min(10 * 2 ** 20, "must be at least 10485760, which is the least that a query is billed")
    .default(100 * 2 ** 30)
    .describe("BigQuery refuses a query that would read more bytes"),
  BIGQUERY_EMULATOR_HOST: url.optional().meta(about("URL of an emulator", "Google's own service")),
};

const postHog = {
  POSTHOG_HOST: bareUrl.default("https://us.i.posthog.com").describe("URL of PostHog"),
  POSTHOG_API_KEY: apiKey
    .refine((key) => !key.startsWith("phx_"), {
      error: "is a personal API key (phx_…): set the project's (phc_…), which is in the project's settings",
    })
    .describe("API key of the PostHog project (phc_…)"),
};

const attio = {
  ATTIO_BASE_URL: bareUrl.default("https://api.attio.com").describe("URL of Attio's API"),
  ATTIO_API_KEY: apiKey.describe("API key of the Attio workspace"),
};

const dbt = { DBT: z.string().default(".venv/bin/dbt").describe("the dbt command that doctor checks") };

const groups = { intercom, privacy, warehouse, bigQuery, postHog, attio, dbt, proxy: proxyVariables } as const;
export type EnvironmentGroup = keyof typeof groups;
export const environmentGroups = Object.keys(groups) as readonly EnvironmentGroup[];

/** What every command reads, whatever it does with it: a variable that is wrong is named before anything is done. */
export const environmentSchema = z.object({ ...proxyVariables, ...intercom, ...warehouse, ...bigQuery });
export const privacySchema = z.object(privacy);
export const postHogSchema = z.object(postHog);
export const attioSchema = z.object(attio);
export const dbtSchema = z.object(dbt);

/** A variable, for a person. */
export type Variable = {
  readonly name: string;
  readonly purpose: string;
  /** What is taken when it is not set; empty when there is nothing to take. */
  readonly without: string;
};

/** The variables of a group that are told of: each that has a description, and the `_FILE` of each secret behind it. */
export function variablesOf(group: EnvironmentGroup): readonly Variable[] {
  const schemas: Readonly<Record<string, z.ZodType>> = groups[group];
  return Object.entries(schemas).flatMap(([name, schema]) => {
    const { description: purpose, without = schema.safeParse(undefined).data } = schema.meta() ?? {};
    if (purpose === undefined) return [];
    const variable = { name, purpose, without: String(without ?? "") };
    if (!secretNames.some((secret) => secret === name)) return [variable];
    const file = { name: `${name}_FILE`, purpose: `path of a file that holds ${name}, instead of it`, without: "" };
    return [variable, file];
  });
}
