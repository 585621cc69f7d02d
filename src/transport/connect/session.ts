import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { TlsContext } from "../socket/mod.ts";

/**
 * The one HTTP/2 connection under a transport of Connect, opened when it is
 * needed and again after it ended.
 *
 * Connect's own manager lets go of a connection's errors when it closes it,
 * which Deno then prints, and calls of a connection that the peer closes would
 * wait for their timeout.
 */
export class Session {
  readonly authority: string;
  readonly #tls: TlsContext | null;
  readonly #sessions = new Set<ClientHttp2Session>();
  /** The connection that takes new streams; null = there is none yet. */
  #opening: Promise<ClientHttp2Session> | null = null;

  constructor(url: URL, tls: TlsContext | null) {
    this.authority = url.origin;
    this.#tls = tls;
  }

  /** Opens a stream; rejects when there is no connection to be had. */
  async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
  ): Promise<ClientHttp2Stream> {
    this.#opening ??= this.#open();
    const session = await this.#opening;
    const stream = session.request({
      ...headers,
      ":method": method,
      ":path": path,
    });
    endWithoutAnswer(stream);
    return stream;
  }

  /** Connect tells of every byte that it reads, for a keep-alive that is not wanted. */
  notifyResponseByteRead(): void {}

  /** Ends everything; safe to call twice. */
  close(): void {
    for (const session of this.#sessions) session.destroy();
  }

  #open(): Promise<ClientHttp2Session> {
    const session = connect(this.authority, this.#tls ?? {});
    this.#sessions.add(session);
    const opening = new Promise<ClientHttp2Session>((resolve, reject) => {
      session.once("connect", () => resolve(session));
      // It stays for good: Deno prints an error that nobody hears.
      session.on("error", reject);
      session.once("close", () => reject(closedError()));
    });
    const leave = () => {
      if (this.#opening === opening) this.#opening = null;
    };
    session.on("error", leave);
    // It closes by itself once its streams are done.
    session.on("goaway", leave);
    session.once("close", () => {
      leave();
      this.#sessions.delete(session);
    });
    return opening;
  }
}

/**
 * Makes a stream that closes before its answer began an error: Deno closes the
 * streams of a lost connection in silence, and Connect would wait for ever.
 */
function endWithoutAnswer(stream: ClientHttp2Stream): void {
  let isAnswered = false;
  stream.once("response", () => isAnswered = true);
  stream.once("close", () => {
    if (!isAnswered && stream.rstCode === 0) {
      stream.emit("error", closedError());
    }
  });
}

/** What `kindOf` reads as `closed`. */
function closedError(): Error {
  const error = new Error("the peer closed the connection");
  return Object.assign(error, { code: "ERR_STREAM_PREMATURE_CLOSE" });
}
