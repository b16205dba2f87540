// The last step of `make demo`: the closed tickets of its warehouse, sent to a PostHog and an Attio that are made up.
import { FakeAttio } from "./attio/server.ts";
import { FakePostHog } from "./posthog/server.ts";

/** The fakes take far more than Attio would, so that nobody waits for a minute. */
const writesPerSecond = 1000;
const readsPerWrite = 4;

/** Runs a command with its output shown; resolves to its exit code. */
export type RunCommand = (command: string, args: readonly string[], environment: NodeJS.ProcessEnv) => Promise<number>;

/**
 * Sends the tickets to both, as `activate` would to the real ones.
 * @param environment of the demo's warehouse
 * @param say prints a paragraph
 * @returns the first exit code that is not 0, but for 6: tickets that no destination can be told of are nothing to stop for
 */
export async function demonstrateActivation(
  run: RunCommand,
  environment: NodeJS.ProcessEnv,
  say: (text: string) => void,
): Promise<number> {
  const postHog = await FakePostHog.start();
  const attio = await FakeAttio.start({
    rateLimits: { reads: writesPerSecond * readsPerWrite, writes: writesPerSecond },
  });
  const settings = {
    ...environment,
    POSTHOG_HOST: postHog.url,
    POSTHOG_API_KEY: postHog.apiKey,
    ATTIO_BASE_URL: attio.url,
    ATTIO_API_KEY: attio.apiKey,
  };
  const activate = (...args: readonly string[]): Promise<number> =>
    run("node", ["loader/cli.ts", "activate", ...args], settings);
  const pace = ["--writes-per-second", String(writesPerSecond)];
  try {
    for (const args of [["posthog"], ["attio", "--setup"], ["attio", "--create-people", ...pace]]) {
      const code = await activate(...args);
      if (code !== 0 && code !== 6) return code;
    }
    const events = postHog.events.filter(({ event }) => event === "support_ticket_closed").length;
    const records = attio.workspace.collection("activities", "intercom_support_tickets").records.size;
    const people = attio.workspace.collection("objects", "people").records.size;
    say(`The made-up PostHog has ${events} events support_ticket_closed of ${postHog.companies.size} companies, the made-up
Attio ${records} support tickets of ${people} people.`);
    return 0;
  } finally {
    await postHog.close();
    await attio.close();
  }
}
