import { type Dispatcher, Pool } from "undici";

/** An answer's first byte, and any pause within its body, may take this long. */
const silenceMsMax = 60_000;
const connectMsMax = 30_000;

/** An answer, read to its end. */
export type Reply = { readonly status: number; readonly headers: Headers; readonly body: Buffer };
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export type HttpRequest = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
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
  readonly #underWay = new Set<Dispatcher.DispatchController>();

  /** @param signal ends everything that is under way, with its reason, and whatever is sent after it fired */
  constructor(baseUrl: string, connections: number, signal: AbortSignal) {
    const url = new URL(baseUrl);
    this.#pathPrefix = url.pathname.replace(/\/$/, "");
    this.#signal = signal;
    this.#pool = new Pool(url.origin, {
      connections,
      headersTimeout: silenceMsMax,
      bodyTimeout: silenceMsMax,
      connect: { timeout: connectMsMax },
    });
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  /**
   * The answer to a request. Rejects when there is none, or it ends early.
   * @param onHeaders told the status line's headers as soon as they are there, also when the body then breaks off
   */
  send(request: HttpRequest, onHeaders: (headers: Headers) => void): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const chunks: Buffer[] = [];
    let status = 0;
    let headers: Headers = {};
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
          else this.#underWay.add(controller);
        },
        onResponseStart: (_controller, statusCode, receivedHeaders) => {
          if (statusCode < 200) return;
          status = statusCode;
          headers = receivedHeaders;
          onHeaders(headers);
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk);
        },
        onResponseEnd: (controller) => {
          this.#underWay.delete(controller);
          resolve({ status, headers, body: joined(chunks) });
        },
        onResponseError: (controller, error) => {
          this.#underWay.delete(controller);
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

  readonly #abort = (): void => {
    for (const controller of this.#underWay) controller.abort(asError(this.#signal.reason));
  };
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("the run was ended", { cause: reason });
}
