import { frameMessages } from "../../../src/request/mod.ts";
import assert from "node:assert/strict";
import {
  GrpcResponse,
  type GrpcResponseOptions,
} from "../../../src/transport/grpc/response.ts";
import type { Outcome } from "../../../src/transport/mod.ts";
import { outcomeText } from "../support.ts";
import { Stage } from "../http2/stage.ts";
import { HeadContext, HeadReader } from "../../../src/transport/http2/head.ts";
import { concat, data, headers } from "../http2/support.ts";

const OK = { ":status": "200", "content-type": "application/grpc+proto" };
const ONE = frameMessages([Uint8Array.of(1, 2, 3)]);
const TWO = concat(ONE, ONE);
const NONE = new Uint8Array(0);

type Fields = Readonly<Record<string, string>>;

/** Head, body and trailers of an answer. */
function answer(head: Fields, body: Uint8Array, trailers: Fields) {
  return concat(headers(1, head), data(1, body), headers(1, trailers, true));
}

async function outcomeOf(
  bytes: Uint8Array,
  over: Partial<GrpcResponseOptions> = {},
): Promise<string> {
  return outcomeText(await whatCameOf(bytes, over));
}

async function whatCameOf(
  bytes: Uint8Array,
  over: Partial<GrpcResponseOptions> = {},
): Promise<Outcome> {
  const options = {
    isStream: false,
    maxBodyBytes: 1000,
    onAsked: () => {},
    ...over,
  };
  const stage = new Stage({ newResponse: () => new GrpcResponse(options) });
  stage.send();
  const socket = await stage.connect();
  socket.receive(bytes);
  await stage.pool.close();
  return stage.recorder.results[0]!.outcome;
}

const STATUS_0 = { "grpc-status": "0" };

Deno.test("GrpcResponse takes the status from trailers, or from a head that is all", async () => {
  const only = (status: string) =>
    headers(1, { ...OK, "grpc-status": status }, true);
  const rows: [meaning: string, bytes: Uint8Array, outcome: string][] = [
    ["success", answer(OK, ONE, STATUS_0), "0"],
    ["failure after a message", answer(OK, ONE, { "grpc-status": "5" }), "5"],
    ["failure without one", answer(OK, NONE, { "grpc-status": "16" }), "16"],
    ["failure in the head", only("14"), "14"],
    [
      "a failure with a broken body",
      answer(OK, ONE.subarray(1), { "grpc-status": "3" }),
      "3",
    ],
    ["a status past the last", only("17"), "2"],
    ["a status that is no number", only("x"), "2"],
  ];
  for (const [meaning, bytes, outcome] of rows) {
    assert.equal(await outcomeOf(bytes), outcome, meaning);
  }
});

Deno.test("GrpcResponse wants one message of a success, unless it streams", async () => {
  const rows: [body: Uint8Array, unary: string, stream: string][] = [
    [NONE, "protocol", "0"],
    [ONE, "0", "0"],
    [TWO, "protocol", "0"],
    [TWO.subarray(0, 12), "protocol", "protocol"],
    [Uint8Array.of(1, 0, 0, 0, 0), "13", "13"],
    [Uint8Array.of(2, 0, 0, 0, 0), "protocol", "protocol"],
  ];
  for (const [body, unary, stream] of rows) {
    const bytes = answer(OK, body, STATUS_0);
    assert.equal(await outcomeOf(bytes), unary);
    assert.equal(await outcomeOf(bytes, { isStream: true }), stream);
  }
  const only = headers(1, { ...OK, ...STATUS_0 }, true);
  assert.equal(await outcomeOf(only), "protocol");
  assert.equal(await outcomeOf(only, { isStream: true }), "0");
});

Deno.test("GrpcResponse maps HTTP codes where there is no status", async () => {
  const rows: [http: string, outcome: string][] = [
    ["400", "13"],
    ["401", "16"],
    ["403", "7"],
    ["404", "12"],
    ["429", "14"],
    ["502", "14"],
    ["503", "14"],
    ["504", "14"],
    ["500", "2"],
    ["302", "2"],
    ["200", "protocol"],
  ];
  for (const [http, outcome] of rows) {
    const head = { ":status": http, "content-type": "text/html" };
    const html = new TextEncoder().encode("<html>");
    const bytes = concat(headers(1, head), data(1, html, true));
    assert.equal(await outcomeOf(bytes), outcome, http);
  }
  const both = { ":status": "503", "grpc-status": "8" };
  assert.equal(await outcomeOf(headers(1, both, true)), "8");
});

Deno.test("GrpcResponse takes for protocol what says success and is not gRPC", async () => {
  const html = { ...OK, "content-type": "text/html" };
  assert.equal(await outcomeOf(answer(html, ONE, STATUS_0)), "protocol");
  const error = { ...OK, ":status": "500" };
  assert.equal(await outcomeOf(answer(error, ONE, STATUS_0)), "protocol");
  const noStatus = concat(headers(1, OK), data(1, ONE, true));
  assert.equal(await outcomeOf(noStatus), "protocol");
});

Deno.test("GrpcResponse ends a body past its limit as too_large", async () => {
  const bytes = answer(OK, ONE, STATUS_0);
  assert.equal(await outcomeOf(bytes, { maxBodyBytes: 8 }), "0");
  assert.equal(await outcomeOf(bytes, { maxBodyBytes: 7 }), "too_large");
});

Deno.test("GrpcResponse forgets one answer before the next", async () => {
  const options = { isStream: false, maxBodyBytes: 10, onAsked: () => {} };
  const stage = new Stage({ newResponse: () => new GrpcResponse(options) });
  stage.send();
  const socket = await stage.connect();
  socket.receive(
    headers(1, OK),
    data(1, ONE.subarray(0, 6)),
    headers(1, { "grpc-status": "13" }, true),
  );
  stage.send();
  socket.receive(
    headers(3, OK),
    data(3, ONE),
    headers(3, STATUS_0, true),
  );
  assert.deepEqual(stage.outcomes, ["13", "0"]);
  await stage.pool.close();
});

Deno.test("GrpcResponse says why: the code by its name and the server's message, or what breaks the rules", async () => {
  const said = {
    "grpc-status": "12",
    "grpc-message": "unknown%20service %C3%A4",
  };
  const html = { ":status": "503", "content-type": "text/html" };
  const rows: [bytes: Uint8Array, reason: string][] = [
    [answer(OK, NONE, said), "UNIMPLEMENTED (12): unknown service ä"],
    [
      headers(1, { ...OK, ...said }, true),
      "UNIMPLEMENTED (12): unknown service ä",
    ],
    [answer(OK, NONE, { "grpc-status": "5" }), "NOT_FOUND (5)"],
    [
      answer(OK, NONE, { "grpc-status": "x" }),
      "UNKNOWN (2): grpc-status is not a gRPC code",
    ],
    [
      answer(OK, NONE, { "grpc-status": "99", "grpc-message": "odd" }),
      "UNKNOWN (2): grpc-status is not a gRPC code; odd",
    ],
    [
      answer(OK, NONE, { "grpc-status": "13", "grpc-message": "%20 " }),
      "INTERNAL (13)",
    ],
    [
      answer(OK, NONE, {
        "grpc-status": "13",
        "grpc-message": "%E2%80%A8a%EF%BB%BF",
      }),
      "INTERNAL (13): \u2028a\ufeff",
    ],
    [
      headers(1, html, true),
      "UNAVAILABLE (14): HTTP 503 without a grpc-status",
    ],
    [
      headers(1, { ...html, ":status": "200" }, true),
      "HTTP 200 without a grpc-status, of a content-type that is not gRPC's",
    ],
    [
      answer(OK, TWO, STATUS_0),
      "grpc-status 0 with 2 messages, and the method has one",
    ],
    [
      answer(OK, ONE.subarray(0, 6), STATUS_0),
      "grpc-status 0, and a message that is cut off",
    ],
  ];
  for (const [bytes, reason] of rows) {
    assert.equal((await whatCameOf(bytes)).reason, reason);
  }
});

Deno.test("GrpcResponse makes the same refusal once, and another one anew", () => {
  const options = { isStream: false, maxBodyBytes: 10, onAsked: () => {} };
  const response = new GrpcResponse(options);
  const heads = new HeadReader(65_536);
  const said = (status: string) => {
    const block = headers(1, { ...OK, "grpc-status": status }, true);
    const slice = { bytes: block, start: 9, end: block.length };
    response.begin();
    response.onHead(heads.read(slice, new HeadContext()));
    return response.onEnd();
  };
  const first = said("5");
  assert.equal(said("5"), first);
  assert.equal(said("7").reason, "PERMISSION_DENIED (7)");
  assert.equal(said("5").reason, "NOT_FOUND (5)");
});
