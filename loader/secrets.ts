import { closeSync, openSync, readSync, statSync } from "node:fs";
import { ConfigError, systemCodeOf } from "./errors.ts";

/** The loader's keys. dbt needs none of them. */
const keyNames = ["INTERCOM_ACCESS_TOKEN", "POSTHOG_API_KEY", "ATTIO_API_KEY", "PII_KEY"] as const;
/** A proxy's URL may have a password. */
export const proxyNames = ["HTTPS_PROXY", "HTTP_PROXY"] as const;
/** Each may also be set as `<name>_FILE`, the path of a file that holds it: no process list and no CI log then shows it. */
export const secretNames = [...keyNames, ...proxyNames] as const;
type SecretName = (typeof secretNames)[number];
const lowerCaseProxyNames = ["https_proxy", "http_proxy"] as const;

/** A longer file holds no secret: the variable names the wrong file. */
const secretBytesMax = 16 * 1024;
const hidden = "[secret]";
/** A shorter secret would be found in ordinary words. */
const secretLengthMin = 6;

/**
 * The environment with one secret filled in from its file, if it has one. A variable that is set to nothing counts as unset.
 * Errors: ConfigError when both variables are set, or the file holds no secret. The error names the variable only: the path
 * may be a secret that was set under the wrong name.
 */
export function withSecret(environment: NodeJS.ProcessEnv, name: SecretName): NodeJS.ProcessEnv {
  const path = environment[`${name}_FILE`];
  if (!path) return environment;
  if (environment[name]) throw new ConfigError(`${name} and ${name}_FILE are both set: unset one of them.`);
  return { ...environment, [name]: contentOf(path, `${name}_FILE`) };
}

/** The environment with every secret that has a file filled in from it. Errors: as above. */
export function withSecrets(environment: NodeJS.ProcessEnv, names: readonly SecretName[]): NodeJS.ProcessEnv {
  return names.reduce(withSecret, environment);
}

/**
 * What no message may show: each secret, wherever it is set, and the path of its file, which may be a secret by mistake. Of the
 * URL of a proxy, the password.
 */
export function secretsIn(environment: NodeJS.ProcessEnv): readonly string[] {
  const valuesOf = (name: SecretName): readonly string[] => {
    const path = environment[`${name}_FILE`] ?? "";
    return [environment[name] ?? "", path, path === "" ? "" : contentIfReadable(path)];
  };
  const proxies = [
    ...proxyNames.flatMap((name) => valuesOf(name)),
    ...lowerCaseProxyNames.map((name) => environment[name] ?? ""),
  ];
  return [...keyNames.flatMap(valuesOf), ...proxies.flatMap(passwordsIn)].filter((text) => text !== "");
}

/** The password of a URL, as it stands there and as it is sent. A text that is no URL with a password may be one that is mistyped. */
function passwordsIn(text: string): readonly string[] {
  const [, user = "", password] = /^(?:\w+:\/\/)?([^:/@]*):([^@/]*)@/.exec(text.trim()) ?? [];
  if (password === undefined) return [];
  try {
    const [plainUser, plain] = [decodeURIComponent(user), decodeURIComponent(password)];
    return [password, plain, Buffer.from(`${plainUser}:${plain}`).toString("base64")];
  } catch {
    return [password];
  }
}

/** Takes the loader's keys out of this process, which needs none of them: what it starts would get them. */
export function forgetKeys(): void {
  process.env = withoutKeys(process.env);
}

/** The environment of a program that needs none of the loader's keys. */
export function withoutKeys(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names: ReadonlySet<string> = new Set(keyNames.flatMap((name) => [name, `${name}_FILE`]));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.has(name)));
}

/** The variables whose secret is in a file that other users of this machine may read. */
export function readableSecretFiles(environment: NodeJS.ProcessEnv): readonly string[] {
  return [...secretNames.map((name) => `${name}_FILE`), "GOOGLE_APPLICATION_CREDENTIALS"].filter((name) => {
    const found = statSync(environment[name] || "/", { throwIfNoEntry: false });
    return found?.isFile() === true && (found.mode & 0o077) !== 0;
  });
}

/** A text without the given secrets, and without what requests carry as secrets: tokens, and passwords in URLs. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret.length >= secretLengthMin)
    .flatMap(formsOf)
    .toSorted((a, b) => b.length - a.length)
    .reduce((safe, secret) => safe.replaceAll(secret, hidden), text);
  return known
    .replace(/\b(Bearer|Basic)\s+[^\s"',\\]+/gi, `$1 ${hidden}`)
    .replace(/(\w:\/\/)[^\s/@"']+@/g, `$1${hidden}@`);
}

/** A secret as it is, and as JSON, URLs and headers carry it. */
function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [
    ...new Set([secret, inJson, encodeURIComponent(secret), base64, base64.replaceAll("+", "-").replaceAll("/", "_")]),
  ];
}

function contentIfReadable(path: string): string {
  try {
    return contentOf(path, "");
  } catch {
    return "";
  }
}

/** The text of a file without the line end that editors add. Errors: ConfigError. */
function contentOf(path: string, variable: string): string {
  let bytes: Buffer;
  try {
    bytes = firstBytes(path, secretBytesMax + 1);
  } catch (error) {
    throw new ConfigError(`${variable} names a file that can't be read (${systemCodeOf(error) ?? "unknown error"}).`, {
      cause: error,
    });
  }
  if (bytes.length > secretBytesMax)
    throw new ConfigError(
      `${variable} names a file of more than ${secretBytesMax} bytes: the file must hold nothing but the secret.`,
    );
  const text = bytes
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .replace(/[\r\n]+$/, "");
  if (text.trim() === "") throw new ConfigError(`${variable} names a file that is empty: write the secret into it.`);
  return text;
}

/** The first `bytesMax` bytes of a file, read piece by piece: a pipe does not give all of its bytes at once. */
function firstBytes(path: string, bytesMax: number): Buffer {
  const buffer = Buffer.alloc(bytesMax);
  const file = openSync(path, "r");
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < bytesMax; length += read)
      read = readSync(file, buffer, length, bytesMax - length, null);
    return buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
