import { ConfigError } from "./errors.ts";
import { Pseudonyms } from "./pseudonyms.ts";

export const piiModes = ["full", "pseudonymous", "none"] as const;
export const bodyModes = ["full", "scrubbed", "none"] as const;

type PiiMode = (typeof piiModes)[number];
export type BodyMode = (typeof bodyModes)[number];

/** What is kept of people and of what they write. */
export type Privacy = {
  readonly pii: PiiMode;
  readonly body: BodyMode;
  /** Only in the mode `pseudonymous`. */
  readonly pseudonyms: Pseudonyms | undefined;
  /** Attributes whose texts are kept, by their names in small letters. */
  readonly keptAttributes: ReadonlySet<string>;
};

/** Everything is kept, as Intercom sends it. */
export const everything: Privacy = { pii: "full", body: "full", pseudonyms: undefined, keptAttributes: new Set() };

/** Whether anything is left out. */
export function isMinimising({ pii, body }: Pick<Privacy, "pii" | "body">): boolean {
  return pii !== "full" || body !== "full";
}

/** What `_loads` remembers of a load's modes. It changes with the key; the key does not follow from it. */
export function modesOf({ pii, body, pseudonyms }: Privacy): string {
  const key = pseudonyms === undefined ? "" : ` key ${pseudonyms.keyCheck}`;
  return `pii ${pii}${key}, body ${body}`;
}

/** What `_loads` has of a load that left nothing out, in words. */
export const modesOfFull = modesOf(everything);

/** What `_loads` has of a load with copies of old records, whose texts and names a purge has removed. */
export const modesOfPurged = "purged of texts";

/** Errors: ConfigError when pseudonyms are wanted and there is no key. @param key of at least 32 bytes */
export function privacyOf(
  pii: PiiMode,
  body: BodyMode,
  { key, keptAttributes }: { readonly key: string | undefined; readonly keptAttributes: readonly string[] },
): Privacy {
  if (pii === "pseudonymous" && key === undefined)
    throw new ConfigError(
      "PII_KEY is not set: PII_MODE=pseudonymous needs a secret of at least 32 bytes, such as `openssl rand -base64 48` prints. Keep it: another key makes other pseudonyms.",
    );
  return {
    pii,
    body,
    pseudonyms: pii === "pseudonymous" && key !== undefined ? new Pseudonyms(key) : undefined,
    keptAttributes: new Set(keptAttributes.map((name) => name.toLowerCase())),
  };
}
