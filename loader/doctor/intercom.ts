import type { Config } from "../config.ts";
import { ConfigError, MissingScopeError, RequestError, UnavailableError } from "../errors.ts";
import { type Check, type Finding, look } from "./check.ts";

/** When Intercom has not answered all checks in this time, those that are left fail. */
const millisecondsMax = 60_000;

/** Where the scopes of a token are. */
const grantScope =
  "Grant the scope in Developer hub > your app > Authentication, or name the streams that you want with --streams.";

type StreamProbe = {
  readonly name: string;
  /** Whether a sync cannot do without the stream. */
  readonly isRequired: boolean;
  /** Whether every workspace's API has the stream: where it is missing, a sync fails. */
  readonly isEverywhere: boolean;
  readonly ask: () => Promise<unknown>;
};

/** What the checks ask of Intercom. */
type IntercomProbe = {
  /** The workspace of the token. Errors: those of any request. */
  readonly workspace: () => Promise<{ readonly id: string; readonly region: string | undefined }>;
  /** For each stream one small request that needs the stream's scope. */
  readonly streams: readonly StreamProbe[];
  readonly close: () => Promise<void>;
};

/** @param signal ends every request */
export type OpenIntercom = (accessToken: string, signal: AbortSignal) => IntercomProbe;

/** The token, and the scope of each stream. @param readAccessToken errors: ConfigError when the token is not set */
export async function* checkIntercom(
  config: Config,
  readAccessToken: () => string,
  open: OpenIntercom,
): AsyncGenerator<Check> {
  let accessToken = "";
  const isSet = yield* look("access token", async () => {
    accessToken = readAccessToken();
    return "INTERCOM_ACCESS_TOKEN is set";
  });
  if (!isSet) return;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(timeoutError()), millisecondsMax);
  const intercom = open(accessToken, timeout.signal);
  try {
    const isKnown = yield* look("Intercom token", () => workspace(config, intercom));
    if (!isKnown) return;
    for (const stream of intercom.streams) yield* look(`Intercom ${stream.name}`, () => readable(stream));
  } finally {
    clearTimeout(timer);
    await intercom.close();
  }
}

async function workspace({ region }: Config, intercom: IntercomProbe): Promise<string> {
  const found = await intercom.workspace();
  if (region !== undefined && found.region !== undefined && region !== found.region)
    throw new ConfigError(
      `INTERCOM_REGION is ${region}, but the workspace is in ${found.region}: set INTERCOM_REGION=${found.region}.`,
    );
  return `good for workspace ${found.id}`;
}

async function readable({ name, isRequired, isEverywhere, ask }: StreamProbe): Promise<Finding | string> {
  try {
    await ask();
    return "can be read";
  } catch (error) {
    if (error instanceof MissingScopeError && !isRequired) {
      const hidden = name === "tickets" ? " Until then Intercom also hides conversations that became tickets." : "";
      return { found: `a sync skips the stream: ${error.message}${hidden}`, fix: grantScope };
    }
    if (!(error instanceof RequestError) || !error.isRouteMissing || isEverywhere) throw error;
    const fix = `Nothing is wrong; name the streams that you want with --streams to be rid of ${name}.`;
    return { found: "this workspace's API lacks this list: a sync skips the stream", fix };
  }
}

function timeoutError(): UnavailableError {
  return new UnavailableError(`Intercom did not respond within ${millisecondsMax / 1000} s. Try again later.`);
}
