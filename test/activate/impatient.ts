// `activate` as a process of its own that waits a second for an answer instead of a minute: `node impatient.ts posthog`, or
// `activity`, `record`, `note`. It reads what the command reads from the environment, and ends with the command's code.
import { activate, type DestinationOptions } from "../../loader/activate/activate.ts";
import { openOutbox } from "../../loader/commands/activate.ts";
import { readAttioSettings, readConfig, readPostHogSettings } from "../../loader/config.ts";
import { realEffects } from "../../loader/effects.ts";
import { FatalError } from "../../loader/errors.ts";

const silenceMsMax = 1000;
/** So fast that the pace is no bottleneck. */
const writesPerSecond = 1500;

function destinationOf(kind: string | undefined): DestinationOptions {
  if (kind === "posthog") return { name: "posthog", settings: readPostHogSettings(), hasPersonProfiles: true };
  if (kind !== "activity" && kind !== "record" && kind !== "note") throw new Error(`${kind} is no destination`);
  const flags = { isSettingUp: false, isCreatingPeople: false, writesPerSecond };
  return { name: "attio", settings: readAttioSettings(), mode: kind, ...flags };
}

try {
  const config = readConfig();
  const effects = realEffects(() => undefined);
  process.exitCode = await activate({
    config,
    destination: destinationOf(process.argv[2]),
    options: {
      isDryRun: false,
      isRetrying: false,
      isSendingAgain: false,
      since: undefined,
      limit: undefined,
      isJson: true,
    },
    effects,
    openOutbox: () => openOutbox(config, effects),
    signal: new AbortController().signal,
    say: () => undefined,
    silenceMsMax,
  });
} catch (error) {
  if (!(error instanceof FatalError)) throw error;
  process.exitCode = error.exitCode;
}
