/** The year 9999 ends here, and with it what a warehouse takes for a timestamp. */
export const epochSecondsMax = 253_402_300_799;
const epochMsMax = epochSecondsMax * 1000 + 999;

/**
 * A time as APIs write it → whole epoch seconds. Times in milliseconds are told by their size: as seconds they would lie
 * beyond the year 9999. Milliseconds before January 1978 would be taken for seconds; no API here has records that old.
 * @returns undefined of what is no time in either unit: negative numbers, not a number, microseconds
 */
export function epochSecondsOf(value: number): number | undefined {
  const milliseconds = epochMsOf(value);
  return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000);
}

/** The same in milliseconds, fractions kept. */
export function epochMsOf(value: number): number | undefined {
  const milliseconds = value > epochSecondsMax ? value : value * 1000;
  return milliseconds >= 0 && milliseconds <= epochMsMax ? milliseconds : undefined;
}
