import assert from "node:assert/strict";
import { create, toBinary } from "@bufbuild/protobuf";
import { AnySchema, DurationSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { retryDelayMs } from "../../../src/transport/grpc/retry_info.ts";
import {
  backoffAskedMs,
  type BackoffFields,
} from "../../../src/transport/grpc/backoff.ts";
import { concat } from "../http2/support.ts";

const WALL_MS = Date.UTC(2026, 10, 23, 12);
const NOTHING: BackoffFields = {
  httpCode: 200,
  status: 14,
  retryAfter: "",
  pushback: "",
  details: "",
};

/** A field with bytes, as protobuf writes it; shorter than 128 bytes. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(number * 8 + 2, bytes.length), bytes);
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** A `google.rpc.Status` with one detail, whose field 1 is a duration. */
function statusWith(
  delay: { readonly seconds: bigint; readonly nanos: number },
  type = "google.rpc.RetryInfo",
): Uint8Array {
  const duration = toBinary(DurationSchema, create(DurationSchema, delay));
  const detail = (type: string, value: Uint8Array) =>
    toBinary(
      AnySchema,
      create(AnySchema, { typeUrl: `type.googleapis.com/${type}`, value }),
    );
  return concat(
    Uint8Array.of(8, 14), // code
    field(2, new TextEncoder().encode("busy")),
    field(3, detail("google.rpc.DebugInfo", Uint8Array.of(10, 1, 65))),
    field(3, detail(type, field(1, duration))),
  );
}

Deno.test("retryDelayMs() looks into 8 KiB of details, and into no more", () => {
  const status = statusWith({ seconds: 3n, nanos: 0 });
  const padded = (bytes: number) => {
    // Field 15, which nobody knows, takes the rest.
    const rest = new Uint8Array(bytes - status.length - 3);
    const length = Uint8Array.of(rest.length % 128 + 128, rest.length >> 7);
    return base64(concat(Uint8Array.of(15 * 8 + 2), length, rest, status));
  };
  assert.equal(retryDelayMs(padded(8192)), 3000);
  assert.equal(retryDelayMs(padded(8196)), null);
});

Deno.test("backoffAskedMs() heeds pushback, RetryInfo and retry-after, the longest of them", () => {
  const details = base64(statusWith({ seconds: 3n, nanos: 500_000_000 }));
  const table: readonly [
    name: string,
    fields: Partial<BackoffFields>,
    ms: number | null,
  ][] = [
    ["nothing", {}, null],
    ["pushback", { pushback: "1500" }, 1500],
    ["pushback of 0", { pushback: "0" }, 0],
    ["retries forbidden", { pushback: "-1" }, null],
    ["no number", { pushback: "1.5" }, null],
    ["RetryInfo", { details }, 3500],
    ["RetryInfo with any status", { details, status: 3 }, 3500],
    ["without padding", { details: details.replace(/=+$/, "") }, 3500],
    ["pushback is longer", { details, pushback: "4000" }, 4000],
    ["RetryInfo is longer", { details, pushback: "10" }, 3500],
    ["success", { details, pushback: "1500", status: 0 }, null],
    ["UNAVAILABLE", { retryAfter: "7" }, 7000],
    ["RESOURCE_EXHAUSTED", { retryAfter: "7", status: 8 }, 7000],
    ["NOT_FOUND", { retryAfter: "7", status: 5 }, null],
    ["HTTP 503", { retryAfter: "7", status: -1, httpCode: 503 }, 7000],
    ["HTTP 429", { retryAfter: "7", status: -1, httpCode: 429 }, 7000],
    ["HTTP 500", { retryAfter: "7", status: -1, httpCode: 500 }, null],
    ["a date", { retryAfter: "Mon, 23 Nov 2026 12:00:30 GMT" }, 30_000],
  ];
  for (const [name, fields, ms] of table) {
    assert.equal(backoffAskedMs({ ...NOTHING, ...fields }, WALL_MS), ms, name);
  }
});

Deno.test("retryDelayMs() reads what protobuf's own library writes", () => {
  const delay = fc.record({
    seconds: fc.bigInt({ min: 0n, max: 10n ** 11n }),
    nanos: fc.integer({ min: 0, max: 999_999_999 }),
  });
  fc.assert(fc.property(delay, ({ seconds, nanos }) => {
    const text = base64(statusWith({ seconds, nanos }));
    const isEmpty = seconds === 0n && nanos === 0;
    const ms = isEmpty ? null : 1000 * Number(seconds) + nanos / 1e6;
    assert.equal(retryDelayMs(text), ms);
  }));
});

Deno.test("retryDelayMs() finds nothing in other details, negative delays and garbage", () => {
  const second = { seconds: 1n, nanos: 0 };
  const rows = [
    statusWith(second, "google.rpc.ErrorInfo"),
    statusWith(second, "google.rpc.RetryInformation"),
    statusWith({ seconds: -1n, nanos: 0 }),
    statusWith({ seconds: 0n, nanos: -5 }),
    new Uint8Array(0),
  ];
  for (const bytes of rows) assert.equal(retryDelayMs(base64(bytes)), null);
  assert.equal(retryDelayMs("no base64!"), null);
  const whole = statusWith(second);
  assert.equal(retryDelayMs(base64(whole)), 1000);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    const ms = retryDelayMs(base64(bytes));
    assert.ok(ms === null || ms >= 0);
  }));
  for (let length = 0; length < whole.length; length++) {
    const ms = retryDelayMs(base64(whole.subarray(0, length)));
    assert.ok(ms === null || ms >= 0);
  }
});
