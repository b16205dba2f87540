import { z } from "zod";
import { ConfigError } from "./errors.ts";
import { type ProxySettings, proxySettings, proxyVariables } from "./proxy.ts";
import { secretsIn, withSecret } from "./secrets.ts";

const hosts = {
  us: "https://api.intercom.io",
  eu: "https://api.eu.intercom.io",
  au: "https://api.au.intercom.io",
} as const;

type Region = keyof typeof hosts;

const datasetName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be letters, digits and underscores, not beginning with a digit");

/** Every environment variable that the loader reads, with what it must look like. */
const environmentSchema = z.object({
  ...proxyVariables,
  INTERCOM_REGION: z.enum(["us", "eu", "au"], "must be us, eu or au").optional(),
  INTERCOM_BASE_URL: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).optional(),
  INTERCOM_ACCESS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, "must be one word of ASCII characters, as Intercom shows it")
    .optional(),
  WAREHOUSE: z.enum(["duckdb", "bigquery"], "must be duckdb or bigquery").default("duckdb"),
  DUCKDB_PATH: z.string().default("data/intercom.duckdb"),
  RAW_DATASET: datasetName.default("intercom_raw"),
  MARTS_DATASET: datasetName.default("intercom"),
  STATE_DIR: z.string().default("data"),
  BIGQUERY_PROJECT: z
    .string()
    .regex(/^([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]*$/, "must be a project's id, in lower case, not its name or number")
    .optional(),
  BIGQUERY_LOCATION: z
    .string()
    .regex(/^[A-Za-z]+(-[a-z]+[0-9]+)?$/, "must be a region such as europe-west1, or EU or US")
    .optional(),
  BIGQUERY_EMULATOR_HOST: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).optional(),
  BIGQUERY_IMPERSONATE: z.email("must be the e-mail address of a service account").optional(),
  BIGQUERY_MAXIMUM_BYTES_BILLED: z.coerce
    .number("must be a number of bytes")
    .int("must be a whole number of bytes")
    .min(10 * 2 ** 20, "must be at least 10485760, which is the least that a query is billed")
    .default(100 * 2 ** 30),
});

const apiKey = z.string().regex(/^[\x21-\x7e]+$/, "must be one word of ASCII characters");
const baseUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .transform((url) => url.replace(/\/+$/, ""));

/** What `activate` reads beside the warehouse's. */
const postHogSchema = z.object({
  POSTHOG_HOST: baseUrl.default("https://us.i.posthog.com"),
  POSTHOG_API_KEY: apiKey.refine((key) => !key.startsWith("phx_"), {
    error: "is a personal API key (phx_…): set the project's (phc_…), which is in the project's settings",
  }),
});

const attioSchema = z.object({ ATTIO_BASE_URL: baseUrl.default("https://api.attio.com"), ATTIO_API_KEY: apiKey });

export type Config = Readonly<{
  baseUrl: string;
  /** As set; undefined when it was left to its default or the base URL overrides it. */
  region: Region | undefined;
  warehouse: "duckdb" | "bigquery";
  duckdbPath: string;
  rawDataset: string;
  martsDataset: string;
  stateDirectory: string;
  /** The way to Intercom, the destinations and BigQuery. */
  proxies: ProxySettings;
  /** Read only where `warehouse` is bigquery. */
  bigQuery: BigQueryConfig;
}>;

type BigQueryConfig = Readonly<{
  /** Empty when the warehouse is another one. */
  project: string;
  location: string | undefined;
  emulatorHost: string | undefined;
  impersonate: string | undefined;
  maximumBytesBilled: number;
  proxies: ProxySettings;
}>;

/** Environment → configuration. Errors: ConfigError that names every variable that is wrong; never prints a value. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environmentSchema.safeParse(withoutEmpty(environment));
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join(". "));
  }
  const variables = parsed.data;
  if (variables.WAREHOUSE === "bigquery" && variables.BIGQUERY_PROJECT === undefined)
    throw new ConfigError("BIGQUERY_PROJECT is not set: WAREHOUSE=bigquery needs the id of a Google Cloud project.");
  const proxies = proxySettings(variables);
  return Object.freeze({
    baseUrl: (variables.INTERCOM_BASE_URL ?? hosts[variables.INTERCOM_REGION ?? "us"]).replace(/\/+$/, ""),
    region: variables.INTERCOM_REGION,
    warehouse: variables.WAREHOUSE,
    duckdbPath: variables.DUCKDB_PATH,
    rawDataset: variables.RAW_DATASET,
    martsDataset: variables.MARTS_DATASET,
    stateDirectory: variables.STATE_DIR,
    proxies,
    bigQuery: Object.freeze({
      project: variables.BIGQUERY_PROJECT ?? "",
      location: variables.BIGQUERY_LOCATION,
      emulatorHost: variables.BIGQUERY_EMULATOR_HOST?.replace(/\/+$/, ""),
      impersonate: variables.BIGQUERY_IMPERSONATE,
      maximumBytesBilled: variables.BIGQUERY_MAXIMUM_BYTES_BILLED,
      proxies,
    }),
  });
}

/** The access token. Errors: ConfigError when it is missing or unreadable. */
export function readAccessToken(environment: NodeJS.ProcessEnv = process.env): string {
  const { INTERCOM_ACCESS_TOKEN: token } = withSecret(environment, "INTERCOM_ACCESS_TOKEN");
  const parsed = environmentSchema.shape.INTERCOM_ACCESS_TOKEN.safeParse(token || undefined);
  if (!parsed.success)
    throw new ConfigError(`INTERCOM_ACCESS_TOKEN ${parsed.error.issues[0]?.message ?? "is unreadable"}.`);
  if (parsed.data !== undefined) return parsed.data;
  throw new ConfigError(
    "INTERCOM_ACCESS_TOKEN is not set: make an access token under Developer hub > your app > Authentication " +
      "and set it (or INTERCOM_ACCESS_TOKEN_FILE to a file that has it), or try `make demo`, which needs none.",
  );
}

/** Where PostHog is, and the project's key. Errors: ConfigError that names every variable that is wrong or missing. */
export function readPostHogSettings(environment: NodeJS.ProcessEnv = process.env): { host: string; apiKey: string } {
  const variables = settings(
    postHogSchema,
    withSecret(environment, "POSTHOG_API_KEY"),
    "POSTHOG_API_KEY is not set: it is the project's API key (phc_…), in the project's settings",
  );
  return { host: variables.POSTHOG_HOST, apiKey: variables.POSTHOG_API_KEY };
}

/** Where Attio is, and the workspace's key. Errors: ConfigError that names every variable that is wrong or missing. */
export function readAttioSettings(environment: NodeJS.ProcessEnv = process.env): { baseUrl: string; apiKey: string } {
  const variables = settings(
    attioSchema,
    withSecret(environment, "ATTIO_API_KEY"),
    "ATTIO_API_KEY is not set: make one under Workspace settings > Developers",
  );
  return { baseUrl: variables.ATTIO_BASE_URL, apiKey: variables.ATTIO_API_KEY };
}

function settings<T>(schema: z.ZodType<T>, environment: NodeJS.ProcessEnv, missing: string): T {
  const parsed = schema.safeParse(withoutEmpty(environment));
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map(({ code, path, message }) => {
    const name = path.join(".");
    return code === "invalid_type" && name.endsWith("_API_KEY") ? missing : `${name} ${message}`;
  });
  throw new ConfigError(`${sentences.join(". ")}.`);
}

/** The secrets that are set: no message may show one. */
export function readSecrets(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  return secretsIn(environment);
}

/** Tells libraries that read NO_PROXY by themselves, and know names of hosts only, of hosts that are reached directly. */
export function exceptFromProxies(hosts: readonly string[], environment: NodeJS.ProcessEnv = process.env): void {
  const known = environment["no_proxy"] || environment["NO_PROXY"];
  const told = new Set((known ?? "").split(/[\s,]+/).filter((entry) => entry !== ""));
  for (const host of hosts) told.add(host);
  for (const name of ["NO_PROXY", "no_proxy"]) environment[name] = [...told].join(",");
}

/** The dbt command in words: a program, and what comes before its subcommand. */
export function readDbtCommand(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const words = (environment["DBT"] ?? "").split(/\s+/).filter((word) => word !== "");
  return words.length > 0 ? words : [".venv/bin/dbt"];
}

/** A variable set to nothing is as good as unset: CI systems pass those. */
function withoutEmpty(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}
