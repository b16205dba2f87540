import { join, parse } from "node:path";
import type { z } from "zod";
import { attioSchema, dbtSchema, environmentSchema, postHogSchema, privacySchema } from "./environment.ts";
import { ConfigError } from "./errors.ts";
import { type ProxySettings, proxySettings } from "./http/proxy.ts";
import { type Privacy, privacyOf } from "./privacy.ts";
import type { Readers } from "./private-files.ts";
import { proxyNames, readableSecretFiles, secretsIn, withoutKeys, withSecret, withSecrets } from "./secrets.ts";

const hosts = {
  us: "https://api.intercom.io",
  eu: "https://api.eu.intercom.io",
  au: "https://api.au.intercom.io",
} as const;

type Region = keyof typeof hosts;

export type Config = Readonly<{
  baseUrl: string;
  /** As it is set; undefined when INTERCOM_REGION is not. */
  region: Region | undefined;
  warehouse: "duckdb" | "bigquery";
  duckdbPath: string;
  /** Whether DUCKDB_PATH is not set. */
  isDuckdbPathDefault: boolean;
  /** Memory that a build or a snapshot may use, as DuckDB writes it. */
  duckdbMemoryLimit: string;
  /** The file with the marts alone, for readers; undefined when there shall be none. */
  duckdbMartsPath: string | undefined;
  /** Who may read that file. */
  duckdbMartsReaders: Readers;
  rawDataset: string;
  martsDataset: string;
  stateDirectory: string;
  /** The way to Intercom, the destinations and BigQuery. */
  proxies: ProxySettings;
  /** Read only when `warehouse` is bigquery. */
  bigQuery: BigQueryConfig;
}>;

type BigQueryConfig = Readonly<{
  /** Empty when the warehouse is DuckDB. */
  project: string;
  location: string | undefined;
  emulatorHost: string | undefined;
  impersonate: string | undefined;
  maximumBytesBilled: number;
  proxies: ProxySettings;
}>;

/** Environment → configuration. Errors: ConfigError that names every variable that is wrong; never prints a value. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = withoutEmpty(withSecrets(withoutEmpty(environment), proxyNames));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const sentences = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    throw new ConfigError(`${sentences.join(". ")}.`);
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
    isDuckdbPathDefault: given["DUCKDB_PATH"] === undefined,
    duckdbMemoryLimit: variables.DUCKDB_MEMORY_LIMIT,
    duckdbMartsPath: martsPath(variables),
    duckdbMartsReaders: variables.DUCKDB_MARTS_READERS,
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

/**
 * The file for readers. DuckDB names a database after its file: a file that is named like the schema of the marts would make
 * `marts.conversations` ambiguous. Errors: ConfigError when it is named so.
 */
function martsPath(variables: z.output<typeof environmentSchema>): string | undefined {
  const { DUCKDB_PATH: path, DUCKDB_MARTS_PATH: given, MARTS_DATASET: dataset } = variables;
  if (given === "off") return undefined;
  const { dir, name, ext } = parse(path);
  const own = name !== "warehouse" ? `${name}-marts` : dataset === "marts" ? "warehouse-marts" : "marts";
  const marts = given ?? join(dir, `${own}${ext || ".duckdb"}`);
  if (parse(marts).name === dataset)
    throw new ConfigError(
      `DUCKDB_MARTS_PATH is named like the schema of the marts (${dataset}), which makes their names ambiguous: give the file another name.`,
    );
  return marts;
}

/** The access token. Errors: ConfigError when it is missing or unreadable. */
export function readAccessToken(environment: NodeJS.ProcessEnv = process.env): string {
  const { INTERCOM_ACCESS_TOKEN: token } = withSecret(environment, "INTERCOM_ACCESS_TOKEN");
  const parsed = environmentSchema.shape.INTERCOM_ACCESS_TOKEN.safeParse(token || undefined);
  if (!parsed.success)
    throw new ConfigError(`INTERCOM_ACCESS_TOKEN ${parsed.error.issues[0]?.message ?? "is unreadable"}.`);
  if (parsed.data !== undefined) return parsed.data;
  throw new ConfigError(
    "INTERCOM_ACCESS_TOKEN is not set: make an access token under Developer hub > your app > Authentication and set it " +
      "(or set INTERCOM_ACCESS_TOKEN_FILE to the path of a file that holds it). `make demo` works without a token.",
  );
}

/**
 * What is stored of people and of what they write. Errors: ConfigError that names every variable that is wrong or missing.
 * @param flags modes that come before those of the environment
 */
export function readPrivacy(
  flags: { readonly piiMode?: string | undefined; readonly bodyMode?: string | undefined } = {},
  environment: NodeJS.ProcessEnv = process.env,
): Privacy {
  const given = withSecret(environment, "PII_KEY");
  const { piiMode: PII_MODE = given["PII_MODE"], bodyMode: BODY_MODE = given["BODY_MODE"] } = flags;
  const variables = settings(privacySchema, { ...given, PII_MODE, BODY_MODE }, "");
  const { PII_KEY: key, PII_KEEP_ATTRIBUTES: keptAttributes = [] } = variables;
  return privacyOf(variables.PII_MODE, variables.BODY_MODE, { key, keptAttributes });
}

/** Where PostHog is, and the project's key. Errors: ConfigError that names every variable that is wrong or missing. */
export function readPostHogSettings(environment: NodeJS.ProcessEnv = process.env): { host: string; apiKey: string } {
  const variables = settings(
    postHogSchema,
    withSecret(environment, "POSTHOG_API_KEY"),
    "POSTHOG_API_KEY is not set: the project's API key (phc_…) is in PostHog under the project's settings",
  );
  return { host: variables.POSTHOG_HOST, apiKey: variables.POSTHOG_API_KEY };
}

/** Where Attio is, and the workspace's key. Errors: ConfigError that names every variable that is wrong or missing. */
export function readAttioSettings(environment: NodeJS.ProcessEnv = process.env): { baseUrl: string; apiKey: string } {
  const variables = settings(
    attioSchema,
    withSecret(environment, "ATTIO_API_KEY"),
    "ATTIO_API_KEY is not set: make an API key in Attio under Workspace settings > Developers",
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

/** Every secret that is set: no message may show it. */
export function readSecrets(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  return secretsIn(environment);
}

/** The variables whose secret is in a file that other users of this machine may read. */
export function readOpenSecretFiles(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  return readableSecretFiles(environment);
}

/** The environment of dbt, which needs none of the loader's keys. */
export function readDbtEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return withoutKeys(environment);
}

/** Adds hosts to NO_PROXY for libraries that read the variable themselves, and that know only names of hosts. */
export function exceptFromProxies(hosts: readonly string[], environment: NodeJS.ProcessEnv = process.env): void {
  const known = environment["no_proxy"] || environment["NO_PROXY"];
  const told = new Set((known ?? "").split(/[\s,]+/).filter((entry) => entry !== ""));
  for (const host of hosts) told.add(host);
  for (const name of ["NO_PROXY", "no_proxy"]) environment[name] = [...told].join(",");
}

/** The dbt command as words: a program, and the arguments that come before its subcommand. */
export function readDbtCommand(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const { DBT } = dbtSchema.parse({ DBT: environment["DBT"]?.trim() || undefined });
  return DBT.split(/\s+/);
}

/** A variable that is set to nothing counts as unset: CI systems pass such variables. */
function withoutEmpty(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}
