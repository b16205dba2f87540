import { closeSync, openSync, readSync } from "node:fs";
import { ConfigError, systemCodeOf } from "./errors.ts";

/** Each may be set as `<name>_FILE` too, to the path of a file that has it: so it is in no process list and no log of a CI. */
const secretNames = ["INTERCOM_ACCESS_TOKEN", "POSTHOG_API_KEY", "ATTIO_API_KEY"] as const;
type SecretName = (typeof secretNames)[number];

/** A file that is longer has no secret: somebody has named another one. */
const secretBytesMax = 16 * 1024;

/**
 * The environment with one secret in it that a file may have. A variable that is set to nothing counts as unset.
 * Errors: ConfigError when both are set, or the file gives none; it names the variable, and neither the secret nor the path,
 * which may be a secret that was set under the wrong name.
 */
export function withSecret(environment: NodeJS.ProcessEnv, name: SecretName): NodeJS.ProcessEnv {
  const path = environment[`${name}_FILE`];
  if (!path) return environment;
  if (environment[name]) throw new ConfigError(`${name} and ${name}_FILE are both set: unset one of them.`);
  return { ...environment, [name]: contentOf(path, `${name}_FILE`) };
}

/** What no message may show: the secrets, wherever they are set, and the paths of their files, which may be one by mistake. */
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

/** Without the line end that editors put at the end. Errors: ConfigError. */
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
      `${variable} names a file of more than ${secretBytesMax} bytes: it must have the secret alone.`,
    );
  const text = bytes
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .replace(/[\r\n]+$/, "");
  if (text.trim() === "") throw new ConfigError(`${variable} names a file that is empty: write the secret into it.`);
  return text;
}

/** Read to its end, since a pipe gives what it has bit by bit, but never further than `bytesMax`. */
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
