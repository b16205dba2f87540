// How a destination errs: what a fake of one does instead of answering as it should.
import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";

export type DestinationFault =
  /** An answer instead of the right one; the request is not done. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  /** The connection breaks, before the request is done or after. */
  | { readonly kind: "cut"; readonly isDone: boolean }
  /** The connection breaks, and the request is done only after the next answer (of Attio: to a read). */
  | { readonly kind: "late" }
  /** No answer ever comes; the request is done or not. */
  | { readonly kind: "silence"; readonly isDone: boolean };

export type DestinationRequest = {
  /** From 1, in order of arrival. */
  readonly number: number;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
  readonly bytes: number;
};

export type FaultPlan = (request: DestinationRequest) => DestinationFault | undefined;

export type DestinationAnswer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Reads a request to its end; a gzipped body is unpacked, a body that is no JSON is undefined. */
export async function readRequest(request: IncomingMessage, number: number): Promise<DestinationRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const sent = Buffer.concat(chunks);
  const raw = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
  return {
    number,
    method: request.method ?? "GET",
    url: new URL(request.url ?? "/", "http://fake"),
    headers: request.headers,
    body: raw.length === 0 ? undefined : parsed(raw.toString("utf8")),
    bytes: raw.length,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What was asked on connections that broke, and is still to be done. */
export type LateRequests = (() => void)[];

/** Answers, or errs as planned. @param isItTime whether what is late is done after this answer */
export function answerOrErr(
  response: ServerResponse,
  fault: DestinationFault | undefined,
  answer: () => DestinationAnswer,
  late: LateRequests,
  isItTime: boolean,
): void {
  switch (fault?.kind) {
    case undefined:
      write(response, answer());
      if (isItTime) for (const doIt of late.splice(0)) doIt();
      return;
    case "status": {
      const { status, body = {}, headers } = fault;
      write(response, { status, body, ...(headers ? { headers } : {}) });
      return;
    }
    case "late":
      response.destroy();
      late.push(answer);
      return;
    case "cut":
      if (fault.isDone) answer();
      response.destroy();
      return;
    case "silence":
      if (fault.isDone) answer();
      return;
  }
}

function write(response: ServerResponse, { status, body, headers }: DestinationAnswer): void {
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/html" : "application/json", ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
