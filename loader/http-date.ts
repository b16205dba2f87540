/** What a date in a header begins with: a day of the week, or a date of ISO 8601 that a time follows. */
const httpDate = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d{1,2}:\d{2}/i;
const isoDate = /^\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}/i;
const zone = /(gmt|utc|z|[+-]\d{2}:?\d{2})$/i;

/**
 * A date as headers have it → epoch milliseconds: the three forms of RFC 9110, section 5.6.7, and ISO 8601. A date
 * without a zone is UTC.
 * @returns undefined of anything else. Date.parse alone would make "soon 7" a day in 2001
 */
export function httpDateMs(text: string): number | undefined {
  const trimmed = text.trim();
  const isIso = isoDate.test(trimmed);
  if (!isIso && !httpDate.test(trimmed)) return undefined;
  const zoned = zone.test(trimmed) ? trimmed : `${trimmed}${isIso ? "Z" : " GMT"}`;
  const milliseconds = Date.parse(zoned);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
