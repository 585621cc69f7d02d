/**
 * The same server, the same call: what the wire makes of it is what Connect
 * makes of it, except where this file says otherwise and why.
 */
import {
  openedConnect,
  openedGrpc,
  type OpenTested,
} from "../transport/opened.ts";
import assert from "node:assert/strict";
import { deflateSync, gzipSync } from "node:zlib";
import type { OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { TargetPlan } from "../../src/plan/mod.ts";
import type { GrpcKind } from "../../src/transport/mod.ts";
import {
  answerGrpc,
  grpcMessage,
  GrpcServer,
} from "../transport/law_grpc_server.ts";
import {
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";

const CLEAN = { sanitizeOps: true, sanitizeResources: true };
const MAX_BODY_BYTES = 1000;
const HEAD = { ":status": 200, "content-type": "application/grpc" };
/** A message with its prefix: field 1 is 5. */
const ONE = Uint8Array.of(0, 0, 0, 0, 2, 8, 5);
const TWO = Uint8Array.of(...ONE, ...ONE);
const NONE = new Uint8Array(0);

type Answer = (stream: ServerHttp2Stream) => void;

/** A head, a body and trailers. */
function whole(
  head: OutgoingHttpHeaders,
  body: Uint8Array,
  trailers: OutgoingHttpHeaders,
): Answer {
  return (stream) => {
    stream.respond(head, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.end(body);
  };
}

/** A head that is all. */
function only(head: OutgoingHttpHeaders): Answer {
  return (stream) => stream.respond(head, { endStream: true });
}

/** A compressed message with its prefix. */
function packed(
  encoding: "gzip" | "deflate",
  message = Uint8Array.of(8, 5),
): Uint8Array {
  const bytes = encoding === "gzip" ? gzipSync(message) : deflateSync(message);
  return Uint8Array.of(1, 0, 0, 0, bytes.length, ...bytes);
}

interface Case {
  readonly name: string;
  readonly answer: Answer;
  readonly outcome: string;
  /** What Connect says where it differs. */
  readonly connect?: string;
  readonly kind?: GrpcKind;
}

const OK = { "grpc-status": "0" };

const CASES: readonly Case[] = [
  ...[0, 1, 5, 16].map((status) => ({
    name: `status ${status} in the trailers`,
    answer: (stream: ServerHttp2Stream) => answerGrpc(stream, status),
    outcome: `${status}`,
  })),
  ...[1, 4, 14].map((status) => ({
    name: `status ${status} in a head that is all`,
    answer: only({ ...HEAD, "grpc-status": status }),
    outcome: `${status}`,
  })),
  ...[400, 401, 403, 404, 429, 500, 502, 503, 504].map((code, i) => ({
    name: `HTTP ${code}`,
    answer: only({ ":status": code, "content-type": "text/html" }),
    outcome: `${[13, 16, 7, 12, 14, 2, 14, 14, 14][i]}`,
  })),
  {
    name: "a status with a message and details",
    answer: whole(HEAD, NONE, {
      "grpc-status": "9",
      "grpc-message": "not%20now",
      "grpc-status-details-bin": "CAk",
    }),
    outcome: "9",
  },
  {
    name: "a status past the last",
    answer: whole(HEAD, NONE, { "grpc-status": "17" }),
    outcome: "2",
  },
  {
    name: "success without a message",
    answer: whole(HEAD, NONE, OK),
    outcome: "protocol",
  },
  {
    name: "success with two messages",
    answer: whole(HEAD, TWO, OK),
    outcome: "protocol",
  },
  {
    name: "two messages of a stream",
    answer: whole(HEAD, TWO, OK),
    kind: "server_streaming",
    outcome: "0",
  },
  {
    name: "no message of a stream",
    answer: whole(HEAD, NONE, OK),
    kind: "server_streaming",
    outcome: "0",
  },
  {
    name: "a failure after messages of a stream",
    answer: whole(HEAD, TWO, { "grpc-status": "8" }),
    kind: "server_streaming",
    outcome: "8",
  },
  {
    name: "no status at all",
    answer: whole(HEAD, ONE, {}),
    outcome: "protocol",
  },
  {
    name: "a message that is cut off",
    answer: whole(HEAD, ONE.subarray(0, 6), OK),
    outcome: "protocol",
  },
  {
    name: "a compressed message without an encoding",
    answer: whole(HEAD, Uint8Array.of(1, 0, 0, 0, 1, 0), OK),
    outcome: "13",
  },
  ...(["gzip", "deflate"] as const).map((encoding) => ({
    name: `a message compressed by ${encoding}`,
    answer: whole({ ...HEAD, "grpc-encoding": encoding }, packed(encoding), OK),
    outcome: "0",
  })),
  {
    name: "a stream with compressed messages and plain ones",
    answer: whole(
      { ...HEAD, "grpc-encoding": "gzip" },
      Uint8Array.of(...packed("gzip"), ...ONE, ...packed("gzip")),
      OK,
    ),
    kind: "server_streaming",
    outcome: "0",
  },
  {
    name: "a message compressed by what was not offered",
    answer: whole({ ...HEAD, "grpc-encoding": "br" }, packed("gzip"), OK),
    outcome: "13",
  },
  {
    name: "a message that is not compressed as it says",
    answer: whole({ ...HEAD, "grpc-encoding": "gzip" }, packed("deflate"), OK),
    outcome: "13",
  },
  {
    name: "a message that unpacks to more than the limit",
    answer: whole(
      { ...HEAD, "grpc-encoding": "gzip" },
      packed("gzip", new Uint8Array(MAX_BODY_BYTES + 1)),
      OK,
    ),
    outcome: "too_large",
  },
  {
    name: "a web page",
    answer: whole(
      { ":status": 200, "content-type": "text/html" },
      new TextEncoder().encode("<html>"),
      {},
    ),
    outcome: "protocol",
  },
  {
    name: "a message past the limit",
    answer: whole(HEAD, grpcMessage(MAX_BODY_BYTES + 1), OK),
    outcome: "too_large",
  },
  {
    name: "a reset",
    answer: (stream) => stream.close(2),
    outcome: "reset",
  },
  {
    name: "a refusal",
    answer: (stream) => stream.close(7),
    outcome: "reset",
  },
];

async function hear(
  open: OpenTested,
  { answer, kind = "unary" }: Case,
): Promise<string> {
  await using server = await GrpcServer.start(answer);
  const recorder = new Recorder({ maxBodyBytes: MAX_BODY_BYTES });
  const target = testTarget({ url: server.url, protocol: "grpc" });
  const grpc = { path: "/a.B/C", kind, messages: [NONE] };
  const transport = open(target, withResolved(recorder, { grpc }));
  try {
    transport.send(testCall());
    await recorder.until(1);
  } finally {
    await transport.close();
  }
  assert.equal(server.requests, 1);
  return recorder.outcomes[0]!;
}

for (const each of CASES) {
  Deno.test({
    name: `openGrpc() agrees with Connect about ${each.name}`,
    ...CLEAN,
    fn: async () => {
      assert.equal(await hear(openedGrpc, each), each.outcome);
      const stock = await hear(openedConnect, each);
      assert.equal(stock, each.connect ?? each.outcome);
    },
  });
}

/** What a server is asked, made comparable. */
async function askedBy(open: OpenTested, kind: GrpcKind) {
  let seen: Headers | undefined;
  const body: number[] = [];
  await using server = await GrpcServer.start((stream, headers) => {
    seen = headers;
    stream.on("data", (piece: Uint8Array) => body.push(...piece));
    stream.on("end", () => answerGrpc(stream, 0));
    stream.resume();
  });
  const over: Partial<TargetPlan> = {
    url: server.url,
    protocol: "grpc",
    timeoutMs: 4321,
    headers: [["X-Meta", "${V}"], ["x-data-bin", "AAEC"]],
  };
  const recorder = new Recorder();
  const messages = kind === "client_streaming"
    ? [Uint8Array.of(10, 1, 97), NONE]
    : [Uint8Array.of(10, 1, 97)];
  const grpc = { path: "/a.B/C", kind, messages };
  const transport = open(testTarget(over), withResolved(recorder, { grpc }));
  transport.send(testCall());
  await recorder.until(1);
  await transport.close();
  assert.deepEqual(recorder.outcomes, ["0"]);
  const headers = new Map([...seen!].sort());
  headers.delete("authority");
  return { headers, body };
}

for (const kind of ["unary", "client_streaming"] as const) {
  Deno.test({
    name: `openGrpc() asks a ${kind} method what Connect asks it`,
    ...CLEAN,
    fn: async () => {
      const wire = await askedBy(openedGrpc, kind);
      const stock = await askedBy(openedConnect, kind);
      // It adds the encoding to the type, which is protobuf's either way.
      assert.equal(wire.headers.get("content-type"), "application/grpc");
      wire.headers.set("content-type", "application/grpc+proto");
      // That no encoding is one is said by the wire only.
      const offered = wire.headers.get("grpc-accept-encoding");
      assert.equal(offered, "identity, deflate, gzip");
      wire.headers.set("grpc-accept-encoding", "deflate,gzip");
      assert.deepEqual(wire, stock);
    },
  });
}
