/**
 * What the faulty server can be told to do, and the misbehaviours that every
 * HTTP/1.1 client must survive.
 *
 * @module
 */

/** One thing that the server does on a connection. */
export type Act =
  | { readonly act: "send"; readonly bytes: string | Uint8Array }
  /** Sends one byte, waits, sends the next. */
  | { readonly act: "drip"; readonly bytes: string; readonly gapMs: number }
  | { readonly act: "wait"; readonly ms: number }
  /** Ends the connection in order (FIN); what comes after it is not done. */
  | { readonly act: "close" }
  /** Ends the connection with a reset (RST); plain TCP only. */
  | { readonly act: "reset" };

/** A request that the server has read whole. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** The head as it came, without the empty line. */
  readonly head: string;
  readonly body: string;
  /** Its number on its connection, from 0. */
  readonly nth: number;
  /** Its number on this server, from 0. */
  readonly index: number;
  /** The number of its connection on this server, from 0. */
  readonly connection: number;
}

/** What to do with a request. No acts = never answer, keep the connection. */
export type Script = (request: SeenRequest) => readonly Act[];

/** A whole answer as a well-behaved server writes it. */
export function httpAnswer(status = 200, body = "ok"): string {
  return `HTTP/1.1 ${status} Any\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** The misbehaviours that every HTTP/1.1 client must survive. */
export const FAULTS = {
  /** Not a fault: answers 200. */
  none: () => [send(httpAnswer())],
  closeWithoutAnswer: () => [close()],
  closeMidHeader: () => [send("HTTP/1.1 200 OK\r\ncontent-le"), close()],
  closeMidBody: () => [
    send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"),
    close(),
  ],
  closeMidChunk: () => [
    send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\nhalf"),
    close(),
  ],
  /** Answers the first request of a connection, closes under the second. */
  closeAfterFirst: (request) =>
    request.nth === 0 ? [send(httpAnswer())] : [close()],
  /** Answers, then closes at once although keep-alive was promised. */
  answerThenClose: () => [send(httpAnswer()), close()],
  neverAnswer: () => [],
  answerTwice: () => [send(httpAnswer() + httpAnswer(500, "again"))],
  resetWithoutAnswer: () => [{ act: "reset" }],
  resetMidBody: () => [
    send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"),
    { act: "wait", ms: 50 },
    { act: "reset" },
  ],
  junk: () => [send("\x00\x01\x02 this is no HTTP at all\r\n\r\n\xff")],
  byteASecond: () => [{ act: "drip", bytes: httpAnswer(), gapMs: 1000 }],
  hugeHeader: () => [
    send("HTTP/1.1 200 OK\r\n"),
    ...Array.from(
      { length: 160 },
      () => send(`x-big: ${"a".repeat(65_536)}\r\n`),
    ),
  ],
  hugeBody: () => [
    send("HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n"),
    ...Array.from({ length: 160 }, () => send("b".repeat(65_536))),
  ],
} satisfies Record<string, Script>;

function send(bytes: string): Act {
  return { act: "send", bytes };
}

function close(): Act {
  return { act: "close" };
}
