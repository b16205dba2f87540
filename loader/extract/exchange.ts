import { type Dispatcher, Pool } from "undici";
import { connectorWithReadBuffer } from "./read-buffer.ts";

/** An answer's first byte, and any pause within its body, may take this long. */
const silenceMsMax = 60_000;
const connectMsMax = 30_000;
/** Room for a body at first, and the most that is kept for the next one. */
const bodyBytes = 64 * 1024;
const keptBytesMax = 1024 * 1024;

/** An answer, read to its end. */
export type Reply<T> = { readonly status: number; readonly headers: Headers; readonly content: T };
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export type HttpRequest = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The whole answer may take so long. */
  readonly msMax?: number;
};

/**
 * Sends requests to one server over connections that are kept, and reads each answer whole.
 *
 * It stands on undici's `dispatch`: `request` would make a stream of every body, which costs as much as parsing it.
 */
export class HttpExchange {
  readonly #pool: Pool;
  readonly #pathPrefix: string;
  readonly #signal: AbortSignal;
  /**
   * What is under way, with `undefined` where nothing is. Not a Set: while things come and go it makes its table anew, and
   * each old table keeps the next one alive, and so all that was ever in it, until the whole heap is collected.
   */
  readonly #underWay: (Dispatcher.DispatchController | undefined)[] = [];
  readonly #spareBodies: Body[] = [];

  /** @param signal ends everything that is under way, with its reason, and whatever is sent after it fired */
  constructor(baseUrl: string, connections: number, signal: AbortSignal) {
    const url = new URL(baseUrl);
    this.#pathPrefix = url.pathname.replace(/\/$/, "");
    this.#signal = signal;
    this.#pool = new Pool(url.origin, {
      connections,
      headersTimeout: silenceMsMax,
      bodyTimeout: silenceMsMax,
      connect: connectorWithReadBuffer(connectMsMax),
      allowH2: false,
    });
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  /**
   * The answer to a request. Rejects when there is none, or it ends early, and with what `read` throws.
   * @param onHeaders told the status line's headers as soon as they are there, also when the body then breaks off
   * @param read makes of the body what is wanted. The bytes are lent: the next answer overwrites them
   */
  send<T>(
    request: HttpRequest,
    onHeaders: (headers: Headers) => void,
    read: (status: number, body: Buffer) => T,
  ): Promise<Reply<T>> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply<T>>();
    let body: Body | undefined;
    let status = 0;
    let headers: Headers = {};
    let place = -1;
    const done = (): void => {
      if (place !== -1) this.#underWay[place] = undefined;
      place = -1;
      if (body !== undefined && body.capacity <= keptBytesMax) this.#spareBodies.push(body);
      body = undefined;
    };
    this.#pool.dispatch(
      {
        path: this.#pathPrefix + request.path,
        method: request.method,
        headers: request.headers,
        ...(request.query === undefined ? {} : { query: request.query }),
        body: request.body ?? null,
      },
      {
        onRequestStart: (controller) => {
          if (this.#signal.aborted) controller.abort(asError(this.#signal.reason));
          else {
            // undici begins again, on another connection, when one was closed before it answered.
            if (place === -1) place = this.#freePlace();
            this.#underWay[place] = controller;
          }
        },
        onResponseStart: (_controller, statusCode, receivedHeaders) => {
          if (statusCode < 200) return;
          status = statusCode;
          headers = receivedHeaders;
          body = this.#spareBodies.pop() ?? new Body();
          body.clear();
          onHeaders(headers);
        },
        onResponseData: (_controller, chunk) => {
          body?.append(chunk);
        },
        onResponseEnd: () => {
          try {
            resolve({ status, headers, content: read(status, body?.bytes ?? noBytes) });
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
    await this.#pool.destroy();
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

/** Bytes that come in pieces, gathered in a buffer that serves for one answer after the other. */
class Body {
  #buffer = Buffer.allocUnsafeSlow(bodyBytes);
  #length = 0;

  get capacity(): number {
    return this.#buffer.length;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  append(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#buffer.length));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.#length);
    this.#length = length;
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("the run was ended", { cause: reason });
}
