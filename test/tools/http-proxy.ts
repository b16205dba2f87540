// A real HTTP proxy on a free port of the loopback: it opens tunnels, and passes on what is asked for by a whole URL.
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { TestContext } from "node:test";

export type TestProxyOptions = {
  /** User and password, with a colon between; undefined: everybody may come. */
  readonly credentials?: string;
  /** Answers every request with this status, and passes nothing on. */
  readonly status?: number;
  /** Answers nothing at all. */
  readonly isSilent?: boolean;
  /** Where a tunnel to any host ends, instead of there. */
  readonly tunnelPort?: number;
};

export class TestProxy {
  readonly port: number;
  /** Hosts and ports of the tunnels, in their order. */
  readonly tunnels: string[] = [];
  /** URLs that were asked for without a tunnel. */
  readonly urls: string[] = [];
  /** Every `Proxy-Authorization` that came. */
  readonly authorizations: (string | undefined)[] = [];

  private constructor(port: number) {
    this.port = port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Its URL, with credentials if need be. */
  url(credentials = ""): string {
    return `http://${credentials === "" ? "" : `${credentials}@`}${this.host}`;
  }

  static async start(context: TestContext, options: TestProxyOptions = {}): Promise<TestProxy> {
    const sockets = new Set<Socket>();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const proxy = new TestProxy((server.address() as AddressInfo).port);
    server.on("request", (request, response) => proxy.#forward(request, response, options));
    server.on("connect", (request: IncomingMessage, socket: Socket) => {
      sockets.add(socket);
      const far = proxy.#tunnel(request, socket, options);
      if (far !== undefined) sockets.add(far);
    });
    context.after(() => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
    });
    return proxy;
  }

  #forward(request: IncomingMessage, response: ServerResponse, options: TestProxyOptions): void {
    this.urls.push(request.url ?? "");
    const status = this.#refusal(request, options);
    if (options.isSilent === true) return;
    if (status !== undefined) {
      response.writeHead(status).end("<html>the proxy says no</html>");
      return;
    }
    const { "proxy-authorization": _, ...headers } = request.headers;
    const onward = requestHttp(request.url ?? "", { method: request.method ?? "GET", headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.once("error", () => response.destroy());
    request.pipe(onward);
  }

  #tunnel(request: IncomingMessage, socket: Socket, options: TestProxyOptions): Socket | undefined {
    const target = request.url ?? "";
    this.tunnels.push(target);
    socket.on("error", () => undefined);
    const status = this.#refusal(request, options);
    if (options.isSilent === true) return undefined;
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      return undefined;
    }
    const far = connect(options.tunnelPort ?? Number(target.split(":").at(-1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(far).pipe(socket);
    });
    far.on("error", () => socket.destroy());
    return far;
  }

  /** The status to refuse a request with, if it is refused. */
  #refusal(request: IncomingMessage, { credentials, status }: TestProxyOptions): number | undefined {
    const authorization = request.headers["proxy-authorization"];
    this.authorizations.push(authorization);
    if (status !== undefined) return status;
    if (credentials === undefined) return undefined;
    return authorization === `Basic ${Buffer.from(credentials).toString("base64")}` ? undefined : 407;
  }
}
