import { spawn } from "node:child_process";

export type FinishedProcess = {
  readonly seconds: number;
  readonly output: string;
  /** The end of what came on standard error. */
  readonly told: string;
  readonly exitCode: number;
};

/** Runs a command to its end. Its standard error is shown when it fails. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<FinishedProcess> {
  const startedAt = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    told = (told + text).slice(-2000);
  });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve(code ?? -1));
  });
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${exitCode}:\n${told}`);
  return { seconds: (performance.now() - startedAt) / 1000, output, told, exitCode };
}

export type FakeProcess = { readonly url: string; readonly token: string; readonly stop: () => Promise<void> };

/** The fake Intercom as a process of its own, so that it has a core of its own. */
export async function startFakeProcess(flags: readonly string[]): Promise<FakeProcess> {
  const child = spawn("node", ["test/fake/main.ts", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the fake ended with ${code}`)));
    child.stdout.setEncoding("utf8").once("data", resolve);
  });
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  const stop = async (): Promise<void> => {
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await exited;
  };
  return { url, token, stop };
}
