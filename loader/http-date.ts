/** The beginning of a date in a header: a day of the week, or an ISO 8601 date with a time. */
const httpDate = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d{1,2}:\d{2}/i;
const isoDate = /^\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}/i;
const zone = /(gmt|utc|z|[+-]\d{2}:?\d{2})$/i;

/**
 * A header's date → epoch milliseconds: the three forms of RFC 9110, section 5.6.7, and ISO 8601. A date without a zone is
 * UTC.
 * @returns undefined for anything else. Date.parse alone would read "soon 7" as a day in 2001
 */
export function httpDateMs(text: string): number | undefined {
  const trimmed = text.trim();
  const isIso = isoDate.test(trimmed);
  if (!isIso && !httpDate.test(trimmed)) return undefined;
  const zoned = zone.test(trimmed) ? trimmed : `${trimmed}${isIso ? "Z" : " GMT"}`;
  const milliseconds = Date.parse(zoned);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
