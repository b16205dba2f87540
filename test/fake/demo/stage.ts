import { spawn } from "node:child_process";

/** Of a command that writes more than this, the beginning is forgotten. */
const keptCharactersMax = 4_000_000;
const clearLine = "\r\u001b[K";

/** How a command ended, and all that it wrote. */
export type Ended = {
  readonly exitCode: number;
  readonly stdout: string;
  /** Both streams, in the order in which they were written. */
  readonly output: string;
};

/** Runs a command, and gives each piece of its output to `onOutput` while it runs. */
export type RunCommand = (
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  onOutput?: (text: string) => void,
) => Promise<Ended>;

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** A stage of the demo is one line: its title, how far it is (on a terminal), and what came of it. */
export class Stage {
  readonly #title: string;
  readonly #output: Output;
  readonly #errors: NodeJS.WritableStream;

  constructor(title: string, output: Output = process.stdout, errors: NodeJS.WritableStream = process.stderr) {
    this.#title = title;
    this.#output = output;
    this.#errors = errors;
    this.#output.write(`${title}: `);
  }

  /** Replaces the end of the line; says nothing where lines can't be replaced. */
  progress(detail: string): void {
    if (this.#output.isTTY) this.#output.write(`${clearLine}${this.#title}: ${detail}`);
  }

  done(detail: string): void {
    this.progress("");
    this.#output.write(`${detail}\n`);
  }

  /** Shows all that the failed command wrote. */
  failed({ exitCode, output }: Ended): void {
    this.done(`failed with exit code ${exitCode}`);
    this.#errors.write(output);
  }
}

/** Runs a command and keeps its output. An exit by a signal counts as 130 (SIGINT) or 1. */
export const run: RunCommand = (command, args, environment, onOutput = () => undefined) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["inherit", "pipe", "pipe"], env: environment });
    let stdout = "";
    let output = "";
    const take = (text: string): void => {
      output = (output + text).slice(-keptCharactersMax);
      onOutput(text);
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout = (stdout + text).slice(-keptCharactersMax);
      take(text);
    });
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ exitCode: code ?? (signal === "SIGINT" ? 130 : 1), stdout, output }));
  });

/** 1987 → 1,987. */
export function count(number: number): string {
  return number.toLocaleString("en");
}
