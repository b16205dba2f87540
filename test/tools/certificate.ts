import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { temporaryFolder } from "./folder.ts";

/** Why certificates can't be made here; false when they can. A test takes it as its `skip`. */
export const noOpenssl =
  spawnSync("openssl", ["version"]).status === 0 ? false : "no openssl here to make a certificate with";

/** A certificate for these names (`IP:127.0.0.1`, `DNS:server.example`), which this process trusts until the test is over. */
export function trustedCertificate(context: TestContext, names: readonly string[]): { key: Buffer; cert: Buffer } {
  const folder = temporaryFolder(context);
  const [keyPath, certPath] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const request = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName=${names.join(",")}`;
  execFileSync("openssl", [...request.split(" "), "-keyout", keyPath, "-out", certPath], { stdio: "ignore" });
  const trusted = getCACertificates("default");
  const cert = readFileSync(certPath);
  setDefaultCACertificates([...trusted, cert.toString()]);
  context.after(() => setDefaultCACertificates(trusted));
  return { key: readFileSync(keyPath), cert };
}
