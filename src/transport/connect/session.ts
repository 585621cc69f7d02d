import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
  type OutgoingHttpHeaders,
} from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Peer } from "../../request/mod.ts";
import type { TlsContext } from "../socket/mod.ts";
import { DEFAULT_HEAD_BYTES, headOptions, limitHeads } from "./heads.ts";

/** Where connections lead. */
export interface ConnectSessionOptions {
  readonly peer: Peer;
  /** null = no TLS. */
  readonly tls: TlsContext | null;
}

/**
 * The one HTTP/2 connection under a transport of Connect, opened when it is
 * needed and again after it ended.
 *
 * Connect's own manager would be enough if it were not for three faults of Deno
 * 2.9.6: errors of a connection that the manager has released are printed;
 * calls on a connection that the peer closes wait for their timeout; and the
 * GOAWAY that it sends at the end crashes servers that run on Deno's own
 * node:http2.
 */
export class ConnectSession {
  readonly authority: string;
  readonly #options: ConnectSessionOptions;
  readonly #maxHeadBytes: number;
  readonly #sockets = new Set<Socket>();
  /** The connection that takes new streams; null = there is none yet. */
  #opening: Promise<ClientHttp2Session> | null = null;

  /**
   * @param authority scheme, host and port, as Connect's requests name them
   * @param maxHeadBytes bytes of a response's head, or of its trailers
   */
  constructor(
    authority: string,
    options: ConnectSessionOptions,
    maxHeadBytes = DEFAULT_HEAD_BYTES,
  ) {
    this.authority = authority;
    this.#options = options;
    this.#maxHeadBytes = maxHeadBytes;
  }

  /** Opens a stream; rejects when no connection can be had. */
  async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
  ): Promise<ClientHttp2Stream> {
    const session = await this.#ready();
    const stream = session.request({
      ...headers,
      ":method": method,
      ":path": path,
    });
    endWithoutAnswer(stream, session);
    limitHeads(stream, this.#maxHeadBytes);
    stream.on("response", keepReadable);
    stream.on("trailers", keepReadable);
    return stream;
  }

  /** Connect reports every byte that it reads, for a keep-alive that is not used here. */
  notifyResponseByteRead(): void {}

  /** Cuts every connection, without a GOAWAY; safe to call twice. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #ready(): Promise<ClientHttp2Session> {
    const opening = this.#opening ??= this.#open();
    const session = await opening;
    if (!session.closed && !session.destroyed) return session;
    // It has ended, and its event is still to come. Nothing was sent yet.
    if (this.#opening === opening) this.#opening = null;
    return await (this.#opening ??= this.#open());
  }

  #open(): Promise<ClientHttp2Session> {
    const socket = this.#connect();
    this.#sockets.add(socket);
    const session = connectHttp2(this.authority, {
      createConnection: () => socket,
      ...headOptions(this.#maxHeadBytes),
    });
    const opening = new Promise<ClientHttp2Session>((resolve, reject) => {
      session.once("connect", () => resolve(session));
      // The session does not report an error with which kar itself ends the socket.
      socket.once("error", reject);
      // The listener stays: Deno prints an error that has no listener.
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
      this.#sockets.delete(socket);
    });
    return opening;
  }

  #connect(): Socket {
    const { peer, tls } = this.#options;
    if (peer.kind === "unix") return connectTcp({ path: peer.path });
    const { host, port } = peer;
    return tls === null
      ? connectTcp({ host, port })
      : connectVerified(tls, host, port);
  }
}

function connectVerified(
  { options, complaint }: TlsContext,
  host: string,
  port: number,
): Socket {
  const { servername, ...rest } = options;
  const socket = connectTls({
    ...rest,
    // node:http2 makes a URL of the name, and needs one.
    ...(servername ? { servername } : {}),
    host,
    port,
  });
  socket.once("secureConnect", () => {
    const why = complaint(socket);
    if (why !== null) socket.destroy(why);
  });
  return socket;
}

/**
 * Makes a stream that closes before its answer began an error. On a lost
 * connection Deno closes streams silently, or as if they were cancelled;
 * Connect would wait for ever, or take it for a reset.
 */
function endWithoutAnswer(
  stream: ClientHttp2Stream,
  session: ClientHttp2Session,
): void {
  let isAnswered = false;
  stream.once("response", () => isAnswered = true);
  stream.once("close", () => {
    const isLost = stream.rstCode === 0 || session.closed;
    if (!isAnswered && isLost) stream.emit("error", closedError());
  });
}

/** What `kindOf` reads as `closed`. */
function closedError(): Error {
  const error = new Error("the peer closed the connection");
  return Object.assign(error, { code: "ERR_STREAM_PREMATURE_CLOSE" });
}

/** Where the details of a status stand once Connect cannot see them. */
export const DETAILS_FIELD = "kar-status-details-bin";

/**
 * Keeps a status that Connect would lose: it throws where `grpc-message` is not
 * percent-encoded right, takes an empty status for 0, and believes `grpc-status-details-bin`, which need not
 * be protobuf, before `grpc-status`.
 *
 * @param fields of the head or the trailers, before Connect reads them
 */
function keepReadable(fields: Record<string, unknown>): void {
  // Connect takes an empty status for success.
  if (fields["grpc-status"] === "") fields["grpc-status"] = "none";
  const message = fields["grpc-message"];
  if (typeof message === "string" && !isPercentEncoded(message)) {
    fields["grpc-message"] = encodeURIComponent(message.toWellFormed());
  }
  const details = fields["grpc-status-details-bin"];
  if (details === undefined) return;
  fields[DETAILS_FIELD] = details;
  delete fields["grpc-status-details-bin"];
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
