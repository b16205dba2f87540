import {
  MissingScopeError,
  NotFoundError,
  RefusedError,
  RequestError,
  systemCodeOf,
  UnavailableError,
  UnreadableAnswerError,
} from "../errors.ts";
import { type HttpHeaders, headerText } from "../http/headers.ts";
import { listAt, textAt } from "../json-path.ts";
import type { FailedAttempt } from "../retry.ts";
import { onOneLine } from "../terminal.ts";
import type { IntercomRequest } from "./request.ts";

/** A response as it came: what the caller made of an accepted body, or the JSON of another one. */
export type ReceivedResponse<T> = { readonly status: number; readonly headers: HttpHeaders } & (
  | { readonly isAccepted: true; readonly content: T | undefined }
  | {
      readonly isAccepted: false;
      readonly json: unknown;
      /** What may be shown of Intercom's own words. */
      readonly shown?: ((message: string) => string) | undefined;
    }
);

/** What an error is about, and when it was asked for. */
export type RequestContext = {
  readonly request: IntercomRequest;
  readonly baseUrl: string;
  /** Intercom's clock, seconds. */
  readonly requestedAtSeconds: number;
};

/** More of a server's words says nothing more, and an answer may have 64 MB. */
const saidLengthMax = 300;

/** "GET /conversations/1": a request in messages and logs. */
export function nameOf({ method, path }: IntercomRequest): string {
  return `${method} ${path}`;
}

/** The error for a response that no other attempt would mend. */
export function finalError(
  action: "refuse" | "fail" | "missing",
  response: ReceivedResponse<unknown>,
  { request, baseUrl, requestedAtSeconds }: RequestContext,
): Error {
  const { status } = response;
  const { code, message } = intercomErrorOf(response);
  const said = `${nameOf(request)} answered ${`${status} ${code}`.trim()}${message === "" ? "" : ` (${message})`}`;
  if (action === "fail") return new RequestError(said, status, code);
  if (action === "missing") return new NotFoundError(said, status, code, requestedAtSeconds);
  if (status === 403) {
    // A 403 in other words than Intercom's may come from a proxy on the way: it says nothing of the token's scopes.
    const Refusal = code === "" ? RefusedError : MissingScopeError;
    return new Refusal(
      `${said}. The access token lacks the scope "${request.scope}", or the plan does not include it: ` +
        "grant it under Developer hub > your app > Authentication, or leave the stream out with --streams.",
    );
  }
  return new RefusedError(
    `${said}. Intercom at ${baseUrl} does not know the token in the Authorization header: ` +
      "check INTERCOM_ACCESS_TOKEN, and INTERCOM_REGION (a token works only in its workspace's region).",
  );
}

/** The error for a request whose every attempt failed, with the next step. */
export function unavailable(
  { failure, cause }: FailedAttempt,
  attempts: number,
  { request, baseUrl }: Pick<RequestContext, "request" | "baseUrl">,
  isTooHeavy: boolean,
): UnavailableError {
  if (cause instanceof UnreadableAnswerError) return new UnavailableError(cause.message, { cause });
  const code = systemCodeOf(cause);
  const { host } = new URL(baseUrl);
  const hint =
    code === "ENOTFOUND" || code === "EAI_AGAIN"
      ? `The name ${host} does not resolve: check the network, and INTERCOM_BASE_URL.`
      : code === "ECONNREFUSED"
        ? `Nothing listens at ${host}: check the network, and INTERCOM_BASE_URL.`
        : "What was loaded stays; run the same command again.";
  const times = attempts === 1 ? "once" : `${attempts} times`;
  const message = `${nameOf(request)} failed ${times}, last with ${failure}. ${hint}`;
  return new UnavailableError(message, { cause, isTooHeavy });
}

/** A response in a few words, for a log line. */
export function failureOf(response: ReceivedResponse<unknown>): string {
  if (response.isAccepted) return `${response.status} and a body that is not whole JSON`;
  return `${response.status} ${intercomErrorOf(response).code}`.trim();
}

/** Intercom's id of a request, for their support. */
export function traceOf(response: ReceivedResponse<unknown> | undefined): { request_id?: string } {
  const header = response === undefined ? undefined : headerText(response.headers["x-request-id"]);
  if (header !== undefined) return { request_id: header };
  const json = response === undefined || response.isAccepted ? undefined : response.json;
  const id = textAt(json, "request_id");
  return id === undefined ? {} : { request_id: id };
}

/** The error's code and message in Intercom's own words; empty where the body has none. */
function intercomErrorOf(response: ReceivedResponse<unknown>): { code: string; message: string } {
  if (response.isAccepted) return { code: "", message: "" };
  const error = listAt(response.json, "errors")[0];
  const { shown = (message: string) => message } = response;
  const said = (text: string): string => onOneLine(text.slice(0, saidLengthMax));
  return { code: said(textAt(error, "code") ?? ""), message: said(shown(textAt(error, "message") ?? "")) };
}
