import { readSecrets } from "../config.ts";
import { type Effects, jsonLinesLog, realEffects } from "../effects.ts";
import { withoutSecrets } from "../secrets.ts";
import { printable } from "../terminal.ts";

/** The terminal that progress is drawn on; undefined where standard error is a file, a pipe or a log of CI. */
export function progressTerminal(): NodeJS.WriteStream | undefined {
  return process.stderr.isTTY === true ? process.stderr : undefined;
}

/** The effects of a command that draws progress on a terminal, and logs JSON lines to standard error elsewhere. */
export function loggingEffects(): Effects {
  if (progressTerminal() !== undefined) return quietEffects();
  const secrets = readSecrets();
  return realEffects(jsonLinesLog((line) => process.stderr.write(printable(withoutSecrets(line, secrets))), Date.now));
}

/** The effects of a command that logs nothing. */
export function quietEffects(): Effects {
  return realEffects(() => undefined);
}
