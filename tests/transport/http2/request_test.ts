import { openedHttp2 } from "../opened.ts";
import assert from "node:assert/strict";
import { FLAG, FRAME } from "../../../src/transport/http2/framing/mod.ts";
import { encodeFields } from "../../../src/transport/http2/hpack/mod.ts";
import { buildRequest } from "../../../src/transport/http2/request.ts";
import { requestFields } from "../../../src/transport/http2/target.ts";
import type { TargetPlan } from "../../../src/plan/mod.ts";
import { Recorder, requestOf, testTarget } from "../support.ts";
import { concat, framesOf } from "./support.ts";

const EMPTY = new Uint8Array(0);

function field(name: string, value: string) {
  return { name, value, secret: false };
}

Deno.test("buildRequest() writes one HEADERS frame where it can", () => {
  const { head, headAfterUpdate, whole } = buildRequest(
    [field(":method", "GET")],
    EMPTY,
  );
  assert.equal(whole, head);
  const [only, ...rest] = framesOf(head.bytes);
  assert.deepEqual(rest, []);
  assert.equal(only!.type, FRAME.headers);
  assert.equal(only!.flags, FLAG.endHeaders | FLAG.endStream);
  assert.deepEqual(only!.payload, Uint8Array.of(0x82));
  const [updated] = framesOf(headAfterUpdate.bytes);
  assert.deepEqual(updated!.payload, Uint8Array.of(0x20, 0x82));
});

Deno.test("buildRequest() spreads a large head over CONTINUATION frames", () => {
  const large = field("x-large", "ä".repeat(20_000));
  const frames = framesOf(buildRequest([large], EMPTY).head.bytes);
  assert.deepEqual(
    frames.map(({ type, flags }) => [type, flags]),
    [
      [FRAME.headers, FLAG.endStream],
      [FRAME.continuation, 0],
      [FRAME.continuation, FLAG.endHeaders],
    ],
  );
  const block = concat(...frames.map(({ payload }) => payload));
  assert.deepEqual(block, encodeFields([large]));
});

Deno.test("buildRequest() knows where the identifiers of its frames stand", () => {
  const { whole } = buildRequest(
    [field("x-large", "y".repeat(40_000))],
    new Uint8Array(10),
  );
  const bytes = whole!.bytes.slice();
  for (const at of whole!.idOffsets) bytes[at + 3] = 7;
  const frames = framesOf(bytes);
  assert.ok(frames.length > 2);
  assert.ok(frames.every(({ stream }) => stream === 7));
});

Deno.test("buildRequest() leaves a body that needs two frames to be sent in pieces", () => {
  assert.notEqual(buildRequest([], new Uint8Array(16_384)).whole, null);
  assert.equal(buildRequest([], new Uint8Array(16_385)).whole, null);
});

function fieldsOf(over: Partial<TargetPlan>) {
  const target = testTarget({ url: "http://host:81/a/b?c=d", ...over });
  return requestFields(requestOf({ ...target, protocol: "http2" }));
}

Deno.test("requestFields() puts pseudo-headers first and names in lower case", () => {
  const fields = fieldsOf({
    method: "post",
    headers: [["X-One", " 1 "], ["x-two", "2"]],
  });
  assert.deepEqual(fields.map(({ name, value }) => [name, value]), [
    [":method", "POST"],
    [":scheme", "http"],
    [":authority", "host:81"],
    [":path", "/a/b?c=d"],
    ["user-agent", "kar/test (run test)"],
    ["x-one", "1"],
    ["x-two", "2"],
    ["content-length", "0"],
  ]);
});

Deno.test("requestFields() lets the user replace user-agent and host", () => {
  const fields = fieldsOf({
    headers: [["User-Agent", "mine"], ["Host", "other"]],
  });
  const of = (name: string) =>
    fields.filter((f) => f.name === name).map(({ value }) => value);
  assert.deepEqual(of("user-agent"), ["mine"]);
  assert.deepEqual(of(":authority"), ["other"]);
  assert.deepEqual(of("host"), []);
});

Deno.test("requestFields() marks what comes from the environment as secret", () => {
  const fields = fieldsOf({ headers: [["x-key", "${KEY}"], ["x-open", "a"]] });
  const secrets = fields.filter(({ secret }) => secret);
  assert.deepEqual(secrets, [
    { name: "x-key", value: "expanded-KEY", secret: true },
  ]);
});

Deno.test("openHttp2() refuses what HTTP/2 cannot carry, and shows no value", () => {
  const rows: [over: Partial<TargetPlan>, message: RegExp][] = [
    [{ url: "ftp://host/" }, /target test: url ftp:\/\/host\/ must be/],
    [{ url: "nonsense" }, /target test: url nonsense must be an address/],
    [
      { url: "http://a:b@host/" },
      /target test: url must not hold credentials/,
    ],
    [{ headers: [["a b", "c"]] }, /header "a b" must have a header's name/],
    [{ headers: [["a", "x\ny"]] }, /header "a" must not hold a line break/],
    [{ headers: [["Connection", "close"]] }, /HTTP\/2 has no such header/],
    [{ headers: [["TE", "gzip"]] }, /header "TE" is set by kar/],
    [
      { method: "POST", headers: [["content-length", "9"]] },
      /header "content-length" is set by kar/,
    ],
    [{ method: "G T" }, /method must be a method such as/],
  ];
  for (const [over, message] of rows) {
    const target = testTarget({ url: "http://host/", ...over });
    assert.throws(() => openedHttp2(target, new Recorder()), {
      name: "KarError",
      exit: "config",
      message,
    });
  }
});

Deno.test("openHttp2() says the length of a body, and of none where one is usual", () => {
  const rows: [method: string, body: string | null, length: string[]][] = [
    ["GET", null, []],
    ["GET", "x", ["1"]],
    ["POST", null, ["0"]],
    ["put", "äb", ["3"]],
    ["DELETE", null, []],
  ];
  for (const [method, body, length] of rows) {
    const fields = fieldsOf({ method, body });
    const values = fields
      .filter(({ name }) => name === "content-length")
      .map(({ value }) => value);
    assert.deepEqual(values, length, `${method} ${body}`);
  }
});
