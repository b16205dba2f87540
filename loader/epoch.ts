/** The end of the year 9999: no warehouse accepts a later timestamp. */
export const epochSecondsMax = 253_402_300_799;
const epochMsMax = epochSecondsMax * 1000 + 999;

/**
 * A time as APIs write it → whole epoch seconds. A number counts as milliseconds where it would lie beyond the year 9999 as
 * seconds. Milliseconds before January 1978 would count as seconds; no API here has records that old.
 * @returns undefined for a number that is no time in either unit: negative, NaN, microseconds
 */
export function epochSecondsOf(value: number): number | undefined {
  const milliseconds = epochMsOf(value);
  return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000);
}

/** A time as APIs write it → epoch milliseconds, fractions kept. */
export function epochMsOf(value: number): number | undefined {
  const milliseconds = value > epochSecondsMax ? value : value * 1000;
  return milliseconds >= 0 && milliseconds <= epochMsMax ? milliseconds : undefined;
}
