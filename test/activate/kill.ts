// `activate` as a process of its own, killed at a request or after some milliseconds.

import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { FakeAttio } from "../fake/attio/server.ts";
import type { FaultPlan } from "../fake/destination-faults.ts";
import type { FakePostHog } from "../fake/posthog/server.ts";
import { repository } from "../tools/repository.ts";

export type KillPoint =
  /** At its N-th request, which the destination still takes in, or does not. */
  | { readonly at: "request"; readonly count: number; readonly isDone: boolean }
  | { readonly at: "instant"; readonly afterMs: number };

export type Child = { readonly exitCode: number | null; readonly wasKilled: boolean; readonly stderr: string };

const command: readonly string[] = ["loader/cli.ts", "activate"];

/** Runs to the end, or to the kill. `args` are those behind `activate`; `program` is what runs instead of it. */
export async function runAndKill(
  fake: FakePostHog | FakeAttio,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  point?: KillPoint,
  program: readonly string[] = command,
): Promise<Child> {
  const before = fake.faults;
  const child = spawn(process.execPath, [...program, ...args], {
    cwd: repository,
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  let requests = 0;
  const strike: FaultPlan = (request) => {
    requests += 1;
    if (point?.at !== "request" || requests !== point.count) return before?.(request);
    child.kill("SIGKILL");
    return { kind: "cut", isDone: point.isDone };
  };
  fake.faults = strike;
  const ended = new AbortController();
  if (point?.at === "instant")
    delay(point.afterMs, undefined, { signal: ended.signal }).then(
      () => child.kill("SIGKILL"),
      () => undefined, // it has ended before
    );
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode, signal) => resolve({ exitCode, wasKilled: signal === "SIGKILL", stderr }));
    });
  } finally {
    ended.abort();
    fake.faults = before;
  }
}
