import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { repository } from "../tools/repository.ts";

export type LoggedLine = Readonly<Record<string, unknown>> & { readonly event: string };

export type EndedChild = {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly events: readonly LoggedLine[];
  /** Lines of standard error that are no events: what a person would read. */
  readonly words: readonly string[];
};

export type ChildOptions = {
  readonly environment: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** No file may become larger, as on a full disk. */
  readonly fileKilobytesMax?: number;
};

/** `node loader/cli.ts sync` as a process of its own, which can be killed. */
export class ChildRun {
  readonly ended: Promise<EndedChild>;
  readonly #process: ChildProcess;
  #isOver = false;

  constructor(options: ChildOptions) {
    const command = [process.execPath, "loader/cli.ts", "sync", "--json", ...(options.flags ?? [])];
    const limit = options.fileKilobytesMax;
    // bash counts in kilobytes; the signal is ignored so that the write fails, as it does on a full disk.
    const [name = "", ...args] =
      limit === undefined ? command : ["bash", "-c", `trap '' XFSZ; ulimit -f ${limit}; exec "$@"`, "bash", ...command];
    const child = spawn(name, args, {
      cwd: repository,
      env: { ...process.env, ...options.environment },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = child;
    const events: LoggedLine[] = [];
    const words: string[] = [];
    const lines = createInterface({ input: child.stderr });
    lines.on("line", (line) => {
      if (!line.startsWith("{")) {
        words.push(line);
        return;
      }
      events.push(JSON.parse(line));
    });
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode, signal) => {
        this.#isOver = true;
        resolve({ exitCode, signal, events, words });
      });
    });
  }

  /** Sends a signal, unless the process has ended already. */
  kill(signal: NodeJS.Signals): void {
    if (!this.#isOver) this.#process.kill(signal);
  }
}
