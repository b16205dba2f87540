import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { type Ended, type LoaderOptions, loader } from "../tools/loader-process.ts";

/** Texts that may be nowhere but where they were put: each stands for a secret. */
export const canaries = {
  token: "canary+Tok3n/of=Intercom",
  postHog: "phc_canary0fPostHog4711",
  attio: "canaryKey0fAttio.4712",
  password: "canaryPassw0rd0fAProxy",
  google: "canaryKeyOfGoogle4713",
  pseudonyms: "canaryKeyOfPseudonyms4714/with-32-bytes",
} as const;

/** Bytes of base64 in which the letters that depend on what stands before and behind a text are left out. */
function base64FormsOf(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from("x".repeat(before) + text).toString("base64");
    return encoded.slice(before === 0 ? 0 : 4, encoded.length - 4);
  });
}

const forms = Object.entries(canaries).flatMap(([name, text]) =>
  [text, encodeURIComponent(text), text.split("").reverse().join(""), ...base64FormsOf(text)].map(
    (form) => [name, form] as const,
  ),
);

/** The names of the canaries that are in some bytes, in whatever form. */
export function canariesIn(bytes: Buffer | string): string[] {
  const text = typeof bytes === "string" ? bytes : bytes.toString("latin1");
  return [...new Set(forms.filter(([, form]) => text.includes(form)).map(([name]) => name))];
}

/** In words, where canaries are in a folder: in names, in files, in gzip files, and in rows of DuckDB files, which are compressed. */
export async function canariesInFiles(folder: string, except: readonly string[] = []): Promise<string[]> {
  const found: string[] = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    if (except.includes(path) || !statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    const content = name.endsWith(".gz") ? gunzipSync(bytes) : bytes;
    const rows = name.endsWith(".duckdb") ? await textOf(path) : "";
    for (const text of [name, content, rows])
      for (const canary of canariesIn(text)) found.push(`the ${canary} is in ${name}`);
  }
  return found;
}

async function textOf(path: string): Promise<string> {
  return readDuckDb(path, async (connection) => {
    const tables = await connection.runAndReadAll("select schema_name, table_name from duckdb_tables()");
    const texts: string[] = [];
    for (const [schema, table] of tables.getRows()) {
      const rows = await connection.runAndReadAll(`select t::varchar from "${String(schema)}"."${String(table)}" as t`);
      texts.push(...rows.getRows().map(String));
    }
    return texts.join("\n");
  });
}

/** In words, which processes of this machine tell a canary in their command line or their title. */
function canariesInProcesses(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) =>
      ["cmdline", "comm"].flatMap((file) => {
        try {
          return canariesIn(readFileSync(`/proc/${pid}/${file}`)).map((canary) => `the ${canary} is in ${file}`);
        } catch {
          return [];
        }
      }),
    );
}

/** Runs the loader, and looks at all processes meanwhile. `leaks` says where canaries were seen: in output or processes. */
export async function watched(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  options: LoaderOptions = {},
): Promise<Ended & { readonly leaks: readonly string[] }> {
  const leaks = new Set<string>();
  const look = (): void => {
    for (const leak of isLinux ? canariesInProcesses() : []) leaks.add(leak);
  };
  const timer = setInterval(look, 20);
  const ended = await loader(args, environment, options);
  clearInterval(timer);
  for (const stream of ["stdout", "stderr"] as const)
    for (const canary of canariesIn(ended[stream])) leaks.add(`the ${canary} is in ${stream}: ${ended[stream]}`);
  return { ...ended, leaks: [...leaks] };
}

const isLinux = ((): boolean => {
  try {
    return readlinkSync("/proc/self") !== "";
  } catch {
    return false;
  }
})();
