import { join } from "node:path";
import { messageOf, printable } from "../base/mod.ts";
import { type Env, runtimeFolder } from "./paths/mod.ts";
import { withTimeout } from "../observer/mod.ts";

/** Bytes of a message; the service manager reads a few lines. */
const MESSAGE_CHARS_MAX = 8192;
/** How long a manager that is busy is waited for. */
const SEND_MS = 1000;
/** Line in which a process that cannot start tells its launcher why, as JSON. */
export const ERROR_KEY = "X_KAR_ERROR";

/**
 * Tells the service manager how things are, as sd_notify(3) does: lines of
 * `KEY=value` in a datagram to the socket that `NOTIFY_SOCKET` names. `kar
 * start --daemon` is such a manager too.
 */
export interface Notifier {
  /** Whether there is a service manager. */
  readonly isOn: boolean;
  /** Sends lines; what fails is lost, as the protocol wants it. */
  send(...lines: readonly string[]): Promise<void>;
  close(): void;
}

const OFF: Notifier = {
  isOn: false,
  send: () => Promise.resolve(),
  close: () => {},
};

/** Opens the way to the service manager, if there is one. */
export function openNotifier(env: Env): Notifier {
  const address = env("NOTIFY_SOCKET");
  if (!address || Deno.build.os === "windows") return OFF;
  const own = join(runtimeFolder(env).path, `notify-${Deno.pid}`);
  return new SocketNotifier(address.replace(/^@/, "\0"), own);
}

/** Lines that say why a process ends before it was ready. */
export function failureLines(error: unknown): string[] {
  const message = messageOf(error).slice(0, MESSAGE_CHARS_MAX);
  const first = printable(message.split("\n")[0]!);
  return [`STATUS=${first}`, `${ERROR_KEY}=${JSON.stringify(message)}`];
}

class SocketNotifier implements Notifier {
  readonly isOn = true;
  readonly #to: Deno.UnixAddr;
  readonly #ownPath: string;
  #socket: Deno.DatagramConn | null = null;

  constructor(path: string, ownPath: string) {
    this.#to = { transport: "unixpacket", path };
    this.#ownPath = ownPath;
  }

  async send(...lines: readonly string[]): Promise<void> {
    const text = new TextEncoder().encode(lines.join("\n"));
    try {
      this.#socket ??= openAt(this.#ownPath);
      await withTimeout(SEND_MS, this.#socket.send(text, this.#to));
    } catch {
      // A manager that no longer listens does not need the message.
    }
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
  }
}

/** Deno cannot send from a socket without a name; the name is not used otherwise. */
function openAt(path: string): Deno.DatagramConn {
  const socket = Deno.listenDatagram({ transport: "unixpacket", path });
  Deno.removeSync(path);
  return socket;
}
