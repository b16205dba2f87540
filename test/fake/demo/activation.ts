// The last stage of `make demo`: the closed tickets of its warehouse go to a made-up PostHog and a made-up Attio.
import { FakeAttio } from "../attio/server.ts";
import { FakePostHog } from "../posthog/server.ts";
import { count, run, Stage } from "./stage.ts";

/** The fakes take far more than Attio would, so that nobody waits for a minute. */
const writesPerSecond = 1000;
const readsPerWrite = 4;
const rejectedExitCode = 6;

/**
 * Sends the tickets to both, as `activate` would to the real ones.
 * @param environment of the demo's warehouse
 * @returns the first exit code that is not 0. Exit code 6 counts as 0: contacts without an email address can't be in Attio.
 */
export async function demonstrateActivation(environment: NodeJS.ProcessEnv): Promise<number> {
  const stage = new Stage("4/5  Send closed tickets to a made-up PostHog and Attio");
  const postHog = await FakePostHog.start();
  const attio = await FakeAttio.start({
    isCheckingRequests: false,
    rateLimits: { reads: writesPerSecond * readsPerWrite, writes: writesPerSecond },
  });
  const settings = {
    ...environment,
    POSTHOG_HOST: postHog.url,
    POSTHOG_API_KEY: postHog.apiKey,
    ATTIO_BASE_URL: attio.url,
    ATTIO_API_KEY: attio.apiKey,
  };
  const pace = ["--writes-per-second", String(writesPerSecond)];
  try {
    for (const args of [["posthog"], ["attio", "--setup"], ["attio", "--create-people", ...pace]]) {
      stage.progress(args.slice(0, 2).join(" "));
      const ended = await run("node", ["loader/cli.ts", "activate", ...args], settings);
      if (ended.exitCode === 0 || ended.exitCode === rejectedExitCode) continue;
      stage.failed(ended);
      return ended.exitCode;
    }
    const events = postHog.events.filter(({ event }) => event === "support_ticket_closed").length;
    const tickets = attio.workspace.collection("activities", "intercom_support_tickets").records.size;
    const people = attio.workspace.collection("objects", "people").records.size;
    stage.done(`${count(events)} events in PostHog, ${count(tickets)} tickets of ${count(people)} people in Attio`);
    return 0;
  } finally {
    await postHog.close();
    await attio.close();
  }
}
