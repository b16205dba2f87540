import { closeSync, openSync, readSync } from "node:fs";
import { ConfigError, systemCodeOf } from "./errors.ts";

/** Each may also be set as `<name>_FILE`, the path of a file that holds it: no process list and no CI log then shows it. */
export const secretNames = ["INTERCOM_ACCESS_TOKEN", "POSTHOG_API_KEY", "ATTIO_API_KEY", "PII_KEY"] as const;
type SecretName = (typeof secretNames)[number];

/** A longer file holds no secret: the variable names the wrong file. */
const secretBytesMax = 16 * 1024;

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

/** What no message may show: each secret, wherever it is set, and the path of its file, which may be a secret by mistake. */
export function secretsIn(environment: NodeJS.ProcessEnv): readonly string[] {
  return secretNames.flatMap((name) => {
    const path = environment[`${name}_FILE`];
    return [environment[name], path, path ? contentIfReadable(path) : ""].filter((text) => text !== undefined);
  });
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
