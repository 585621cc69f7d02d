/** The backoff that a gRPC server asks for reaches the client's context. */
import {
  openedConnect,
  openedGrpc,
  type OpenTested,
} from "../transport/opened.ts";
import assert from "node:assert/strict";
import type { ServerHttp2Stream } from "node:http2";
import { grpcMessage, GrpcServer } from "../transport/law_grpc_server.ts";
import {
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";
import { UNARY } from "./connect_outcomes.ts";

type Fields = Readonly<Record<string, string | number>>;
type Answer = (stream: ServerHttp2Stream) => void;

const GRPC = { ":status": 200, "content-type": "application/grpc" };
/** `Status{code: 8, details: [RetryInfo{retry_delay: 2.5s}]}`, without padding. */
const DETAILS =
  "CAgaNgoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbxIKCggIAhCAyrXuAQ";

function head(fields: Fields): Answer {
  return (stream) => stream.respond({ ...fields }, { endStream: true });
}

function withTrailers(fields: Fields, trailers: Fields): Answer {
  return (stream) => {
    stream.respond({ ...GRPC, ...fields }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ ...trailers }));
    stream.end(grpcMessage());
  };
}

const ROWS: readonly (readonly [string, Answer, readonly number[]])[] = [
  [
    "a pushback in the trailers",
    withTrailers({}, { "grpc-status": 14, "grpc-retry-pushback-ms": 1200 }),
    [1200],
  ],
  [
    "a pushback in a head that is all",
    head({ ...GRPC, "grpc-status": 14, "grpc-retry-pushback-ms": 1300 }),
    [1300],
  ],
  [
    "a RetryInfo",
    withTrailers({}, { "grpc-status": 8, "grpc-status-details-bin": DETAILS }),
    [2500],
  ],
  ["HTTP 503", head({ ":status": 503, "retry-after": 9 }), [9000]],
  [
    "a retry-after in the trailers",
    withTrailers({}, { "grpc-status": 14, "retry-after": 8 }),
    [8000],
  ],
  [
    "a pushback of a success",
    withTrailers({}, { "grpc-status": 0, "grpc-retry-pushback-ms": 1200 }),
    [],
  ],
  ["UNAVAILABLE alone", withTrailers({}, { "grpc-status": 14 }), []],
];

/** What one call was asked for. */
async function askedOf(
  open: OpenTested,
  answer: Answer,
): Promise<number[]> {
  await using server = await GrpcServer.start(answer);
  const asked: number[] = [];
  const recorder = Object.assign(new Recorder(), {
    retryAfter: (ms: number) => asked.push(ms),
  });
  const target = testTarget({ url: server.url, protocol: "grpc" });
  const transport = open(target, withResolved(recorder, { grpc: UNARY }));
  assert.ok(transport.send(testCall()));
  await recorder.until(1);
  await transport.close();
  return asked;
}

for (const open of [openedGrpc, openedConnect]) {
  Deno.test(`${open.name}() tells the backoff that an answer asks for`, async (t) => {
    for (const [what, answer, asked] of ROWS) {
      await t.step(what, async () => {
        assert.deepEqual(await askedOf(open, answer), asked);
      });
    }
  });
}
