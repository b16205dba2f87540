import type { Dispatcher } from "undici";
import { bodyBytesMax, bodyOfAnswer, tooLarge } from "../answer-body.ts";
import { RequestTimeoutError } from "../errors.ts";
import type { HttpProxy } from "../proxy.ts";
import { type ServerPool, serverPool } from "../server-pool.ts";
import { ResponseBuffer } from "./response-buffer.ts";

/** The longest wait for a response's first byte, and the longest pause within its body. */
const silenceMsMax = 60_000;
const connectMsMax = 30_000;
/** The longest time from a request's start, before it has a connection, to its response's last byte. */
const exchangeMsMax = 300_000;

/** A response, read to its end. */
export type HttpResponse<T> = { readonly status: number; readonly headers: Headers; readonly content: T };
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export type HttpRequest = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The longest time that it may take; `exchangeMsMax` when left out. */
  readonly msMax?: number;
};

/**
 * Sends requests to one server over connections that are kept, and reads each response whole.
 *
 * It uses undici's `dispatch` and lends out its buffers. Everything simpler was measured and takes 1.2 to 1.35 times the CPU
 * of a whole sync: `request` with a stream or with `bytes()`, a new buffer for each body, a Set of the open requests.
 */
export class HttpExchange {
  readonly #server: ServerPool;
  readonly #pathPrefix: string;
  readonly #signal: AbortSignal;
  /**
   * The open requests; `undefined` in free slots. Not a Set: a Set makes a new table again and again, and each old table
   * keeps the next table and its requests alive until the whole heap is collected.
   */
  readonly #underWay: (Dispatcher.DispatchController | undefined)[] = [];
  readonly #spareBuffers: ResponseBuffer[] = [];

  /** @param signal ends every open request with its reason, and every later request at once */
  constructor(baseUrl: string, connections: number, signal: AbortSignal, proxy?: HttpProxy) {
    const url = new URL(baseUrl);
    this.#signal = signal;
    this.#server = serverPool(url.origin, { connections, silenceMsMax, connectMsMax, proxy });
    this.#pathPrefix = this.#server.pathPrefix + url.pathname.replace(/\/$/, "");
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  /**
   * Sends a request and reads its response.
   *
   * Errors: what `read` throws; those of `serverPool`; RequestTimeoutError; BodyTooLargeError; EncodingError and zlib's
   * errors for a 2xx. A body of another status that cannot be decoded is left out: the status says what to do.
   * @param onHeaders gets the headers as soon as they are there, even if the body then breaks off
   * @param read turns the body into content. The bytes are lent: the next response overwrites them
   */
  send<T>(
    request: HttpRequest,
    onHeaders: (headers: Headers) => void,
    read: (status: number, body: Buffer) => T,
  ): Promise<HttpResponse<T>> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse<T>>();
    const what = `${request.method} ${request.path}`;
    let body: ResponseBuffer | undefined;
    let status = 0;
    let headers: Headers = {};
    let place = -1;
    let failure: Error | undefined;
    const done = (): void => {
      clearTimeout(timer);
      if (place !== -1) this.#underWay[place] = undefined;
      place = -1;
      if (body?.isSmall === true) this.#spareBuffers.push(body);
      body = undefined;
    };
    const fail = (error: unknown): void => {
      failure ??= asError(error);
      reject(failure);
      const controller = this.#underWay[place];
      done();
      controller?.abort(failure);
    };
    const msMax = request.msMax ?? exchangeMsMax;
    const timer = setTimeout(() => fail(new RequestTimeoutError(what, msMax)), msMax);
    this.#server.pool.dispatch(
      {
        path: this.#pathPrefix + request.path,
        method: request.method,
        headers: { "accept-encoding": "gzip", ...request.headers, ...this.#server.headers },
        ...(request.query === undefined ? {} : { query: request.query }),
        body: request.body ?? null,
      },
      {
        onRequestStart: (controller) => {
          if (this.#signal.aborted) failure ??= asError(this.#signal.reason);
          if (failure !== undefined) {
            controller.abort(failure);
            return;
          }
          // undici starts the request again, on another connection, when its connection was closed before a response.
          if (place === -1) place = this.#freePlace();
          this.#underWay[place] = controller;
        },
        onResponseStart: (_controller, statusCode, receivedHeaders) => {
          if (statusCode < 200) return;
          status = statusCode;
          headers = receivedHeaders;
          body = this.#spareBuffers.pop() ?? new ResponseBuffer();
          body.clear();
          onHeaders(headers);
          if (Number(headers["content-length"]) > bodyBytesMax) fail(tooLarge(what));
        },
        onResponseData: (_controller, chunk) => {
          if (body?.append(chunk) === false) fail(tooLarge(what));
        },
        onResponseEnd: () => {
          if (failure !== undefined) return;
          try {
            this.#server.check(status);
            const bytes = bodyOfAnswer(status, headers["content-encoding"], body?.bytes ?? noBytes, what);
            resolve({ status, headers, content: read(status, bytes) });
          } catch (error) {
            reject(error);
          }
          done();
        },
        onResponseError: (_controller, error) => {
          done();
          reject(error);
        },
      },
    );
    return promise;
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener("abort", this.#abort);
    await this.#server.pool.destroy();
  }

  #freePlace(): number {
    const free = this.#underWay.indexOf(undefined);
    return free === -1 ? this.#underWay.length : free;
  }

  readonly #abort = (): void => {
    for (const controller of this.#underWay) controller?.abort(asError(this.#signal.reason));
  };
}

const noBytes = Buffer.alloc(0);

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("the run was ended", { cause: reason });
}
