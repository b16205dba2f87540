/** A count with its noun: "1 record", "2 records". @param many the noun for other counts than 1 */
export function counted(number: number, noun: string, many = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : many}`;
}
