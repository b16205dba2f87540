import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../tools/repository.ts";

/** Says to tests which socket a server listens at. Without one, each run starts a dbt of its own, as a command line does. */
const socketVariable = "TEST_DBT_SOCKET";

type Request = {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** The server of main.py, which tests of one run share. It ends with the process that started it. */
export class DbtServer {
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, process: ChildProcess) {
    this.#folder = folder;
    this.#process = process;
  }

  /** Starts a server, and has the processes that this one starts find it. Parsed projects stay in target/ for the next time. */
  static async start(): Promise<DbtServer> {
    const folder = await mkdtemp(join(tmpdir(), "dbt-"));
    const socket = join(folder, "socket");
    const commandLine = [join(import.meta.dirname, "main.py"), socket, join(repository, "target/tests")];
    const server = spawn(join(repository, ".venv/bin/python"), commandLine, {
      cwd: repository,
      stdio: ["pipe", "pipe", "inherit"],
    });
    await Promise.race([once(server.stdout, "data"), once(server, "close")]);
    if (server.exitCode !== null) throw new Error(`the dbt of tests ended with ${server.exitCode}`);
    process.env[socketVariable] = socket;
    return new DbtServer(folder, server);
  }

  async stop(): Promise<void> {
    this.#process.stdin?.end();
    if (this.#process.exitCode === null) await once(this.#process, "close");
    await rm(this.#folder, { recursive: true });
  }
}

/** The socket of the server that tests share, if there is one. */
export function sharedServer(): string | undefined {
  return process.env[socketVariable];
}

/** One run of dbt: what it printed, on both streams, and its exit code. Errors: a server that does not answer. */
export async function runOnServer(
  socket: string,
  request: Request,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const connection = connect(socket);
  connection.setEncoding("utf8").write(`${JSON.stringify({ caller: process.argv[1], ...request })}\n`);
  let answer = "";
  for await (const text of connection) answer += text;
  const end = answer.lastIndexOf("\0");
  if (end === -1) throw new Error(`the dbt of tests gave no exit code:\n${answer}`);
  return { exitCode: Number(answer.slice(end + 1)), output: answer.slice(0, end) };
}
