import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** How a server fails that repeats whatever it is told. */
export const failures = ["401", "403", "400", "404", "500", "redirect", "no JSON", "cut", "odd JSON"] as const;
export type Failure = (typeof failures)[number];

/**
 * A server that repeats each request's headers, address and body wherever an answer has room for them.
 * @param serverOf the server that answers a path instead; undefined for this one
 */
export async function startEcho(
  context: TestContext,
  failure: Failure,
  serverOf: (path: string) => string | undefined = () => undefined,
): Promise<string> {
  const server = createServer((request, response) => {
    const other = serverOf(request.url ?? "");
    if (other === undefined) void answer(failure, request, response);
    else passOn(other, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function passOn(server: string, request: IncomingMessage, response: ServerResponse): void {
  const { method = "GET", headers } = request;
  const onward = requestHttp(`${server}${request.url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  request.pipe(onward);
}

async function answer(failure: Failure, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  for await (const piece of request) body += String(piece);
  const secret = String(request.headers.authorization ?? "").replace(/^Bearer /, "") || body;
  const said = JSON.stringify({ url: request.url, headers: request.headers, body });
  const json = JSON.stringify({
    type: "error.list",
    request_id: "r1",
    code: secret,
    message: said,
    detail: said,
    errors: [{ code: secret, message: said }],
  });
  switch (failure) {
    case "redirect":
      response.writeHead(302, { location: `http://elsewhere.example/?token=${encodeURIComponent(secret)}` }).end(said);
      return;
    case "no JSON":
      response.writeHead(200, { "content-type": "application/json" }).end(`{"secret": ${secret} ${said}`);
      return;
    case "odd JSON":
      response.writeHead(200, { "content-type": "application/json" }).end(json);
      return;
    case "cut":
      response.writeHead(200, { "content-length": "100000" }).write(said);
      response.destroy();
      return;
    default:
      response.writeHead(Number(failure), { "content-type": "application/json", "x-request-id": "r1" }).end(json);
  }
}
