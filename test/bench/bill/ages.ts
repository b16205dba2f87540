import { GeneratedWorld } from "../../fake/desk/generated-world.ts";

const daySeconds = 86_400;
const desk = 100_000;
/** Days of a month on which an hour may fall. */
const days = Array.from({ length: 30 }, (_, day) => day);

/** How old the conversations are that change on the generator's last day, in days. */
export function agesOfChanged(): readonly number[] {
  const world = new GeneratedWorld({ conversations: desk, accounts: desk / 10, isWhole: true });
  const now = world.clock();
  const ages: number[] = [];
  const bounds = { updatedFrom: now - daySeconds, updatedTo: now, createdFrom: 0, createdTo: now };
  world.conversations.select(bounds, now, (key) => {
    ages.push((now - Number(world.conversations.render(key, now)["created_at"])) / daySeconds);
  });
  return ages;
}

/**
 * In how many months so many changed conversations began, on the average day of a month, rounded up. The chance that a month
 * has none of them follows from the ages; the hour's changes do not depend on each other.
 */
export function monthsTouched(ages: readonly number[], changes: number): number {
  const expected = days.map((day) => {
    const months = Map.groupBy(ages, (age) => Math.max(0, Math.ceil((age - day) / days.length)));
    return [...months.values()].reduce((sum, { length }) => sum + 1 - (1 - length / ages.length) ** changes, 0);
  });
  return Math.max(1, Math.ceil(expected.reduce((sum, each) => sum + each, 0) / expected.length));
}
