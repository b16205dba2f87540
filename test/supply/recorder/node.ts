// `node --import`: writes each host that this process connects to, and that is not this machine, into the file OUTGOING.
import { appendFileSync } from "node:fs";
import { Socket } from "node:net";

const own = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;
const connect = Socket.prototype.connect;

/** Node.js itself calls it with all arguments in one array. */
Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  const given: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof given === "object" && given !== null && !("path" in given && given.path)) {
    const host = "host" in given ? String(given.host ?? "localhost") : "localhost";
    if (!own.test(host)) appendFileSync(process.env["OUTGOING"] ?? "", `node ${host}\n`);
  }
  return Reflect.apply(connect, this, args);
};
