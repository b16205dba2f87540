import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { bodyBytesMax } from "../../loader/answer-body.ts";
import { IntercomClient } from "../../loader/extract/client.ts";
import { RateBudget } from "../../loader/extract/rate-budget.ts";
import type { IntercomRequest } from "../../loader/extract/request.ts";
import { ServerClock } from "../../loader/extract/server-clock.ts";
import { VirtualTime } from "../tools/virtual-time.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export const thingsRequest: IntercomRequest = { method: "GET", path: "/things", scope: "Read things", kind: "record" };
export const token = "token-of-a-test";

export const json =
  (status: number, value: unknown, headers: Record<string, string> = {}): Handler =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
  };
export const intercomError = (status: number, code: string): Handler =>
  json(status, { type: "error.list", request_id: "r-1", errors: [{ code, message: "in their words" }] });
export const html: Handler = (_request, response) => {
  response.writeHead(502, { "content-type": "text/html" }).end("<html><body>Bad gateway</body></html>");
};
export const reset: Handler = (request) => request.socket.destroy();
export const cut: Handler = (request, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"half":', () => request.socket.destroy());
};
export const gzipped = { "content-encoding": "gzip" };
export const cutGzip: Handler = (_request, response) => {
  response.writeHead(200, gzipped).end(gzipSync(JSON.stringify({ ok: true })).subarray(0, -9));
};
export const noGzip: Handler = (_request, response) => {
  response.writeHead(200, gzipped).end('{"ok":true}');
};
export const inBrotli: Handler = (_request, response) => {
  response.writeHead(200, { "content-encoding": "br" }).end(brotliCompressSync('{"ok":true}'));
};
export const tooLarge: Handler = (_request, response) => {
  response.writeHead(200, { "content-length": String(bodyBytesMax + 1) }).write("{");
};
export const empty: Handler = (_request, response) => {
  response.writeHead(200).end();
};

/** A server that answers with the handlers in turn, the last one for ever, and a client that asks it in virtual time. */
export async function setUp(context: TestContext, handlers: readonly Handler[]) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const handler = handlers[Math.min(requests.length, handlers.length - 1)];
    requests.push(request);
    handler?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const time = new VirtualTime();
  const clock = new ServerClock(() => time.nowMs);
  const stop = new AbortController();
  const budget = new RateBudget(time.effects, clock);
  const options = { baseUrl, accessToken: token, concurrency: 4, signal: stop.signal };
  const client = new IntercomClient(time.effects, budget, clock, options);
  context.after(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  return {
    client,
    time,
    clock,
    requests,
    stop,
    budget,
    send: (asked = thingsRequest) => time.until(client.request(asked)),
  };
}
