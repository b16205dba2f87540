/** What the requests are for. */
export type Route = "dataset" | "table" | "upload" | "job" | "query" | "dryRun" | "permissions";

/** How BigQuery errs, once or several times, at one kind of request. */
export type Fault = {
  /** "any": requests of every kind count. */
  readonly route: Route | "any";
  readonly method?: string;
  times: number;
  /** Requests of the kind that go well before. */
  after?: number;
  readonly kind: FaultKind;
};

export type FaultKind =
  | { readonly status: number; readonly reason: string; readonly message?: string }
  /** The connection breaks: before anything is done, while it is sent, or after it was done and before the answer. */
  | { readonly cut: "before" | "during" | "after" }
  /** The job is made, and ends with this error. */
  | { readonly jobReason: string };

/** How the next request of this kind errs, if at all; counts it. */
export function strike(faults: readonly Fault[], route: Route, method: string): FaultKind | undefined {
  const fault = faults.find(
    (each) => (each.route === route || each.route === "any") && each.times > 0 && (each.method ?? method) === method,
  );
  if (fault === undefined) return undefined;
  if ((fault.after ?? 0) > 0) {
    fault.after = (fault.after ?? 0) - 1;
    return undefined;
  }
  fault.times -= 1;
  return fault.kind;
}
