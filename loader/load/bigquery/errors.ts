import { FatalError, messageOf, systemCodeOf, WarehouseError } from "../../errors.ts";

/** What the caller does about a BigQuery error. */
export type BigQueryAction =
  | "retry" // a passing trouble of BigQuery or the network: try again after a delay
  | "exists" // a job or table of this name exists: look at it
  | "missing" // there is no such thing
  | "lost" // somebody else changed the resource meanwhile (its etag no longer matches)
  | "rows" // rows are wrong, not the request
  | "fail"; // another try can't help

/** The error codes that BigQuery documents, https://cloud.google.com/bigquery/docs/error-messages */
const actionByReason: Readonly<Record<string, BigQueryAction>> = {
  backendError: "retry",
  internalError: "retry",
  jobBackendError: "retry",
  jobInternalError: "retry",
  jobRateLimitExceeded: "retry",
  rateLimitExceeded: "retry",
  userRateLimitExceeded: "retry",
  tableUnavailable: "retry",
  resourcesExceeded: "retry",
  stopped: "retry",
  timeout: "retry",
  duplicate: "exists",
  alreadyExists: "exists",
  notFound: "missing",
  conditionNotMet: "lost",
  invalid: "rows",
};

const actionByStatus: Readonly<Record<number, BigQueryAction>> = {
  404: "missing",
  408: "retry",
  409: "exists",
  412: "lost",
  429: "retry",
};

/** Errors of the connection itself: the request may have arrived or not. */
const networkCodes = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ERR_STREAM_PREMATURE_CLOSE",
]);

/** One entry of the `errors` of a job or an answer. */
export type BigQueryProblem = {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly location?: string | undefined;
};

/** What an error is about, for its sentence. */
export type BigQueryContext = {
  /** What the loader was doing: "load conversations". */
  readonly doing: string;
  readonly project: string;
  readonly location?: string | undefined;
  /** Whether the login failed, before any request to BigQuery. */
  readonly isLogin?: boolean;
};

/** What the caller does about a thrown error or a failed job. */
export function actionOf(error: unknown): BigQueryAction {
  if (error instanceof FatalError) return "fail";
  const status = statusOf(error);
  // The emulator says so with a server error's status when a job id is taken.
  if ((status ?? 0) >= 500 && /^(?:job|table|dataset) \S+ (?:is )?already (?:created|exists)/i.test(messageOf(error)))
    return "exists";
  for (const { reason } of problemsOf(error)) {
    const action = reason === undefined ? undefined : actionByReason[reason];
    if (action !== undefined) return action;
    if (reason !== undefined && reason !== "error") return "fail";
  }
  if (status !== undefined) return actionByStatus[status] ?? (status >= 500 ? "retry" : "fail");
  const code = systemCodeOf(error);
  if (code !== undefined && networkCodes.has(code)) return "retry";
  return isOfNetwork(messageOf(error)) ? "retry" : "fail";
}

/** The result of work; undefined when BigQuery says that there is no such thing. */
export async function orMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (actionOf(error) === "missing" && !isProjectMissing(error)) return undefined;
    throw error;
  }
}

/** Whether the project itself is missing: then no dataset can be made either. */
function isProjectMissing(error: unknown): boolean {
  return /\bNot found: Project\b/i.test(messageOf(error));
}

/** Whether a query names a table or dataset that is not there. */
export function isTableMissing(error: unknown): boolean {
  return actionOf(error) === "missing" || /table not found/i.test(messageOf(error));
}

/** An error of the connection without a code: the end of its sentence has the reason. */
function isOfNetwork(message: string): boolean {
  return /(?:^|: )(?:socket hang up|premature close|fetch failed|terminated|network error|client network socket disconnected.*)$/i.test(
    message,
  );
}

/** The errors that an answer of BigQuery lists. */
function problemsOf(error: unknown): readonly BigQueryProblem[] {
  if (typeof error !== "object" || error === null || !("errors" in error) || !Array.isArray(error.errors)) return [];
  return error.errors.filter((entry: unknown) => typeof entry === "object" && entry !== null);
}

/** The permission that is missing, by its name when BigQuery says it; undefined when none is missing. */
export function missingPermissionOf(error: unknown): string | undefined {
  const named = /Permission (bigquery\.[A-Za-z.]+)|does not have (bigquery\.[A-Za-z.]+)/.exec(messageOf(error));
  if (named !== null) return `the permission ${named[1] ?? named[2]}`;
  const reasons = problemsOf(error).map(({ reason }) => reason);
  if (reasons.some((reason) => reason === "accessDenied" || reason === "forbidden")) return "a permission";
  return statusOf(error) === 403 && reasons.length === 0 ? "a permission" : undefined;
}

/** The system's words for a connection that was never made, with the host, which may be a proxy's. */
function unreachedOf(error: unknown): string | undefined {
  const [, words] = /\b((?:connect|getaddrinfo) E[A-Z_]+ [A-Za-z0-9.:[\]-]+)/.exec(messageOf(error)) ?? [];
  return words;
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  const status = Number(error.code);
  return Number.isInteger(status) && status >= 100 ? status : undefined;
}

/** The errors of a finished job as an error that `actionOf` understands. */
export class JobError extends Error {
  override readonly name = "JobError";
  readonly errors: readonly BigQueryProblem[];
  constructor(errors: readonly BigQueryProblem[]) {
    super(errors[0]?.message ?? "the job failed");
    this.errors = errors;
  }
}

/**
 * An error as one sentence that names the thing and the next step. BigQuery's own words are left out: they may quote rows
 * and your e-mail address.
 */
export function asFatalError(error: unknown, context: BigQueryContext): FatalError {
  if (error instanceof FatalError) return error;
  const sentence = sentenceOf(error, context);
  const remains = context.doing.startsWith("load ") ? " What was loaded before stays." : "";
  return new WarehouseError(`${sentence}${remains}`, { cause: error });
}

function sentenceOf(error: unknown, { doing, project, location, isLogin }: BigQueryContext): string {
  const message = messageOf(error);
  const reasons = problemsOf(error).map(({ reason }) => reason ?? "");
  const failed = `BigQuery could not ${doing}`;
  if (/getAccessToken|generateAccessToken|iam\.serviceAccounts/i.test(message))
    return "The service account of BIGQUERY_IMPERSONATE can't be impersonated: grant yourself roles/iam.serviceAccountTokenCreator on it, or unset the variable.";
  if (statusOf(error) === 407)
    return `${failed}: the proxy wants other credentials (407). Set HTTPS_PROXY to http://user:password@host:port, and percent-encode special characters.`;
  const unreached = unreachedOf(error);
  if (isLogin === true && unreached !== undefined)
    return `${failed}: Google can't be reached (${unreached}). Check the network, HTTPS_PROXY and NO_PROXY, and run again.`;
  if (isLogin === true || /default credentials|invalid_grant|could not refresh|No refresh token/i.test(message))
    return "There are no credentials for BigQuery, or they do not work: run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a credential configuration, and run again.";
  if (statusOf(error) === 401)
    return `${failed}: BigQuery refused the credentials. Run \`gcloud auth application-default login\`, then \`make doctor\`.`;
  if (/billing has not been enabled/i.test(message) || reasons.includes("billingNotEnabled"))
    return `${failed}: project ${project} has no billing account, which loads need. Link a billing account in the console under Billing.`;
  if (/has not enabled BigQuery|API has not been used|accessNotConfigured|SERVICE_DISABLED/i.test(message))
    return `${failed}: project ${project} does not exist or has not enabled BigQuery. Check BIGQUERY_PROJECT, or run \`gcloud services enable bigquery.googleapis.com --project ${project}\`.`;
  const permission = missingPermissionOf(error);
  if (permission !== undefined)
    return `${failed}: ${permission} is missing in project ${project}. \`make doctor\` says which role to grant.`;
  if (reasons.includes("quotaExceeded"))
    return `${failed}: a quota of project ${project} is used up. Run again when it is reset, within a day, or ask for more under IAM > Quotas.`;
  if (reasons.includes("bytesBilledLimitExceeded") || /bytes billed/i.test(message))
    return `${failed}: the query would read more than BIGQUERY_MAXIMUM_BYTES_BILLED allows. Raise the variable if you accept the cost.`;
  if (/\bnot found in location |^Cannot read and write in different locations/i.test(message))
    return `${failed}: the dataset is not in ${location ?? "the default location"}. Set BIGQUERY_LOCATION to where the dataset is.`;
  if (actionOf(error) === "missing")
    return `${failed}: project ${project} or its dataset does not exist. Check BIGQUERY_PROJECT, RAW_DATASET and BIGQUERY_LOCATION; \`make doctor\` says what is missing.`;
  if (actionOf(error) === "retry")
    return `${failed}, and every retry failed too (${reasons[0] || unreached || systemCodeOf(error) || `status ${statusOf(error) ?? "unknown"}`}). Run again later.`;
  return `${failed} (${reasons[0] || `status ${statusOf(error) ?? "unknown"}`}). Run \`make doctor\`, and look at the job history in the console.`;
}
