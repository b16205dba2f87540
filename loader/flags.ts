import { z } from "zod";
import { ConfigError } from "./errors.ts";

/** What flags of several commands hold. Each error names the flag, and says what the flag takes. */

/** A date, a time or epoch seconds → epoch seconds. @param flag with its dashes */
export const moment = (flag: string) =>
  z.string().transform((text, context) => {
    const seconds = /^\d{9,10}$/.test(text) ? Number(text) : Math.floor(Date.parse(text) / 1000);
    const isDate = /^\d{4}-\d{2}-\d{2}([T ]|$)/.test(text) || /^\d{9,10}$/.test(text);
    if (isDate && !Number.isNaN(seconds)) return seconds;
    context.addIssue(
      `${flag} must be a date such as 2026-01-31, a time such as 2026-01-31T08:00:00Z, or epoch seconds`,
    );
    return z.NEVER;
  });

/** A whole number between two bounds, both inclusive. @param flag with its dashes */
export const wholeNumber = (flag: string, min: number, max: number) =>
  z.coerce
    .number(`${flag} must be a number`)
    .int(`${flag} must be a whole number`)
    .min(min, `${flag} must be at least ${min}`)
    .max(max, `${flag} must be at most ${max}`);

/** The moment that a flag gives, epoch seconds. Errors: ConfigError. */
export function readMoment(flag: string, text: string): number {
  const parsed = moment(flag).safeParse(text);
  if (!parsed.success) throw new ConfigError(`${parsed.error.issues[0]?.message ?? `${flag} is unreadable`}.`);
  return parsed.data;
}

/** The count that a flag gives, at least 1. Errors: ConfigError. */
export function readWholeNumber(flag: string, text: unknown): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new ConfigError(`${flag} must be a whole number of at least 1.`);
  return number;
}
