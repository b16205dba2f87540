/** The year 9999 ends here, and with it what a warehouse takes for a timestamp. */
export const epochSecondsMax = 253_402_300_799;

/**
 * A time as APIs write it → whole epoch seconds. Times in milliseconds are told by their size: as seconds they would lie
 * beyond the year 9999. Milliseconds before January 1978 would be taken for seconds; no API here has records that old.
 * @returns undefined of what is no time in either unit: negative numbers, not a number, microseconds
 */
export function epochSecondsOf(value: number): number | undefined {
  const seconds = Math.floor(value > epochSecondsMax ? value / 1000 : value);
  return seconds >= 0 && seconds <= epochSecondsMax ? seconds : undefined;
}
