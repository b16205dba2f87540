import { type ChildProcess, spawn } from "node:child_process";
import { repository } from "./repository.ts";

export type Ended = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string };

export type LoaderOptions = {
  /** A shell command with `"$@"` in it stands around the loader. */
  readonly shell?: string;
  /** What is done to the process once it is there. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Gets what the process sends (`process.send`). */
  readonly onMessage?: (message: unknown) => void;
};

/** Runs the loader as its user would, in an environment that has nothing but what is given. */
export function loader(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  { shell = 'exec "$@"', onStart, onMessage }: LoaderOptions = {},
): Promise<Ended> {
  const command = [process.execPath, "loader/cli.ts", ...args];
  const child = spawn("/bin/bash", ["-c", shell, "bash", ...command], {
    cwd: repository,
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"], ...environment },
    stdio: ["ignore", "pipe", "pipe", ...(onMessage === undefined ? [] : (["ipc"] as const))],
  });
  if (onMessage !== undefined) child.on("message", onMessage);
  return ended(child, onStart);
}

/** What a process said until it ended. */
export async function ended(child: ChildProcess, onStart?: (child: ChildProcess) => void): Promise<Ended> {
  const said = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
  onStart?.(child);
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { exitCode, ...said };
}
