import type { Socket } from "node:net";
import { buildConnector } from "undici";

/** A read takes what has arrived, up to this much. */
const readBytesMax = 64 * 1024;

/**
 * Connects as undici does, but each connection reads into one buffer of its own, again and again: a buffer for every
 * read would be garbage outside of V8's heap, and had it collect the whole heap ten times a second.
 *
 * undici's parser is done with what it takes from the socket before the next read begins. Should it once not take it, it is
 * kept as a copy.
 */
export function connectorWithReadBuffer(connectMsMax: number): buildConnector.connector {
  return (options, callback) => {
    const waiting: Buffer[] = [];
    const onread = {
      buffer: Buffer.allocUnsafeSlow(readBytesMax),
      callback: (length: number, buffer: Uint8Array): boolean => {
        const chunk = Buffer.from(buffer.buffer, buffer.byteOffset, length);
        waiting.push(chunk);
        socket.emit("readable");
        if (waiting.at(-1) === chunk) waiting[waiting.length - 1] = Buffer.from(chunk);
        return true;
      },
    };
    // HTTP/1.1 alone: a session of HTTP/2 would read from under the socket.
    const connect = buildConnector({ timeout: connectMsMax, allowH2: false, onread });
    // It gives the socket that it connects, which its types don't say.
    const socket = connect(options, callback) as unknown as Socket;
    const read = socket.read.bind(socket);
    // Without a chunk it is asked for what the parser has put back; with 0, by itself, for its end.
    socket.read = (size?: number) => (size === 0 ? read(0) : (waiting.shift() ?? read(size)));
    return socket;
  };
}
