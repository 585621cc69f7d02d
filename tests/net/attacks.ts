/**
 * What a hostile peer may do to a client, over HTTP/2 and over HTTP/1.1.
 *
 * @module
 */
import { FLAG, FRAME } from "../../src/transport/http2/framing/mod.ts";
import {
  block,
  concat,
  data,
  frame,
  goaway,
  headers,
  resetStream,
  settings,
  uint32,
  windowUpdate,
} from "../transport/http2/support.ts";
import type { PeerConnection, PeerScript } from "./frame_peer.ts";

/** An attack, and what each request that meets it may come to. */
export interface Attack {
  readonly name: string;
  readonly outcomes: readonly string[];
  readonly peer: Http2Attack | Http1Attack;
}

/** A peer that speaks HTTP/2, up to a point. */
export interface Http2Attack {
  readonly protocol: "http2";
  readonly script: PeerScript;
}

/** A peer of HTTP/1.1: what it says first to a request, and then without end. */
export interface Http1Attack {
  readonly protocol: "http";
  readonly first: string;
  readonly flood: string;
}

const OK = { ":status": "200" };
const PROTOCOL = ["protocol"];

function many(count: number, bytes: Uint8Array): Uint8Array {
  return concat(...Array(count).fill(bytes));
}

/** Connections that flood already. */
const flooded = new WeakSet<PeerConnection>();

/** Floods a connection from its first request on: with the same bytes, again and again. */
function floodsBy(bytes: (stream: number) => Uint8Array): PeerScript {
  return {
    onHead(connection, stream) {
      if (flooded.has(connection)) return;
      flooded.add(connection);
      connection.flood(bytes(stream));
    },
  };
}

function http2(
  name: string,
  script: PeerScript,
  outcomes: readonly string[] = PROTOCOL,
): Attack {
  return { name, outcomes, peer: { protocol: "http2", script } };
}

function http1(
  name: string,
  { first, flood }: { readonly first: string; readonly flood: string },
  outcomes: readonly string[] = PROTOCOL,
): Attack {
  return { name, outcomes, peer: { protocol: "http", first, flood } };
}

const ping = frame(FRAME.ping, { payload: new Uint8Array(8) });
const early = (stream: number) => headers(stream, { ":status": "103" });
/** Entries for the table, more than fit into it. */
const entries = concat(
  ...Array.from(
    { length: 200 },
    (_, i) =>
      Uint8Array.of(0x40, 2, 0x61, 0x30 + i % 10, 2, 0x62, 0x30 + i % 7),
  ),
);
/** One entry of 4,000 bytes, and 16,000 references to it: 64 megabytes. */
const bomb = concat(
  block(OK),
  Uint8Array.of(0x40, 1, 0x61, 0x7f, 0xa1, 0x1e),
  new Uint8Array(4000).fill(0x62),
  new Uint8Array(10_000).fill(0xbe),
);

function head(stream: number, payload: Uint8Array, flags = 0): Uint8Array {
  return frame(FRAME.headers, {
    stream,
    flags: flags | FLAG.endHeaders,
    payload,
  });
}

/** Attacks over HTTP/2. */
export const HTTP2_ATTACKS: readonly Attack[] = [
  http2(
    "SETTINGS, and a 103 among 200",
    floodsBy((stream) =>
      concat(many(200, settings({ 4: 256 })), early(stream))
    ),
  ),
  http2(
    "SETTINGS that change every window",
    floodsBy(() =>
      many(100, concat(settings({ 4: 256 }), settings({ 4: 257 })))
    ),
  ),
  http2("PING", floodsBy(() => many(500, ping))),
  http2(
    "RST_STREAM of a stream that is over",
    floodsBy((stream) => many(500, resetStream(stream, 0))),
    ["reset"],
  ),
  http2("window updates", floodsBy(() => many(500, windowUpdate(0, 1)))),
  http2(
    "window updates of a stream",
    floodsBy((stream) => many(500, windowUpdate(stream, 1))),
  ),
  http2(
    "empty DATA",
    floodsBy((stream) => many(500, data(stream, ""))),
  ),
  http2(
    "empty DATA behind a head",
    {
      onHead: (c, stream) => {
        c.send(headers(stream, OK));
        c.flood(many(500, data(stream, "")));
      },
    },
  ),
  http2("interim answers", floodsBy((stream) => many(500, early(stream)))),
  http2(
    "large interim answers that fill the table",
    floodsBy((stream) =>
      head(stream, concat(block({ ":status": "103" }), entries))
    ),
  ),
  http2(
    "PRIORITY",
    floodsBy((stream) =>
      many(500, frame(FRAME.priority, { stream, payload: new Uint8Array(5) }))
    ),
  ),
  http2("GOAWAY", floodsBy(() => many(500, goaway(0x7fffffff)))),
  http2("unknown frames", floodsBy(() => many(500, frame(0x99)))),
  http2(
    "large unknown frames",
    floodsBy(() => frame(0x99, { payload: new Uint8Array(16_384) })),
  ),
  http2("a header block in empty pieces", {
    onHead: (c, stream) => {
      c.send(frame(FRAME.headers, { stream, payload: block(OK) }));
      c.flood(many(500, frame(FRAME.continuation, { stream })));
    },
  }),
  http2("a header block without end", {
    onHead: (c, stream) => {
      const piece = { stream, payload: new Uint8Array(16_384).fill(0x8f) };
      c.send(frame(FRAME.headers, piece));
      c.flood(frame(FRAME.continuation, piece));
    },
  }, ["too_large"]),
  http2(
    "a small block that is a large head",
    { onHead: (c, stream) => c.send(head(stream, bomb, FLAG.endStream)) },
    ["too_large"],
  ),
  http2(
    "table sizes without end",
    {
      onHead: (c, stream) =>
        c.send(
          head(stream, concat(many(8000, Uint8Array.of(0x20)), block(OK))),
        ),
    },
    ["timeout"],
  ),
  http2(
    "heads of a stream that is over",
    floodsBy((stream) => many(100, headers(stream, OK, true))),
    ["200"],
  ),
  http2(
    "late heads of a stream that was given up",
    floodsBy((stream) =>
      concat(
        headers(stream, { "x-no": "status" }),
        many(500, headers(stream, OK)),
      )
    ),
  ),
  http2(
    "a body in pieces of a byte",
    {
      onHead: (c, stream) => {
        c.send(headers(stream, OK));
        c.flood(many(500, data(stream, "x")));
      },
    },
    ["protocol"],
  ),
  http2(
    "frames that say more than they are",
    {
      onHead: (c) => c.flood(concat(uint32(0x7fffff00), new Uint8Array(5))),
    },
  ),
  http2("an answer byte by byte, but for its last one", {
    onHead(connection, stream) {
      if (flooded.has(connection)) return;
      flooded.add(connection);
      drip(connection, headers(stream, OK));
    },
  }, ["timeout"]),
];

/** Sends bytes one at a time, and never the last. */
function drip(connection: PeerConnection, bytes: Uint8Array, at = 0): void {
  if (!connection.isOpen || at >= bytes.length - 1) return;
  connection.send(bytes.subarray(at, at + 1));
  setTimeout(() => drip(connection, bytes, at + 1), 10);
}

const HEAD = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;

/** Attacks over HTTP/1.1. */
export const HTTP1_ATTACKS: readonly Attack[] = [
  http1("interim answers", {
    first: "",
    flood: "HTTP/1.1 100 Continue\r\n\r\n".repeat(100),
  }),
  http1("large interim answers", {
    first: "",
    flood: `HTTP/1.1 103 Early\r\nlink: ${"x".repeat(10_000)}\r\n\r\n`,
  }, ["too_large"]),
  http1("header lines", { first: HEAD, flood: "x-a: b\r\n".repeat(100) }, [
    "too_large",
  ]),
  http1("one header line", { first: `${HEAD}x: `, flood: "a".repeat(1000) }, [
    "too_large",
  ]),
  http1("a body in chunks of a byte", {
    first: CHUNKED,
    flood: "1\r\nx\r\n".repeat(200),
  }),
  http1("chunk extensions", {
    first: CHUNKED,
    flood: `1;${"a".repeat(1000)}=b\r\nx\r\n`,
  }),
  http1("trailers", {
    first: `${CHUNKED}0\r\n`,
    flood: "x-a: b\r\n".repeat(100),
  }, ["too_large"]),
  http1("junk", { first: "", flood: "\x00\x01\x02\x03".repeat(1000) }),
  http1("answers that nobody asked for", {
    first: "",
    flood: `${HEAD}content-length: 2\r\n\r\nok`.repeat(50),
  }, ["200"]),
  http1("a body without end", {
    first: `${HEAD}\r\n`,
    flood: "x".repeat(10_000),
  }, [
    "too_large",
  ]),
];

/** All attacks, by names that tell the protocol. */
export const ATTACKS: readonly Attack[] = [
  ...HTTP2_ATTACKS.map((a) => ({ ...a, name: `${a.name}, over HTTP/2` })),
  ...HTTP1_ATTACKS.map((a) => ({ ...a, name: `${a.name}, over HTTP/1.1` })),
];
