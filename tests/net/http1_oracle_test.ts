/**
 * The same answers, the same target: what the wire makes of them is what fetch
 * makes of them, except where this file says otherwise and why.
 */
import {
  openedFetch,
  openedHttp1,
  type OpenTested,
} from "../transport/opened.ts";
import assert from "node:assert/strict";
import type { TargetPlan } from "../../src/plan/mod.ts";
import { INVALID } from "../transport/http1/response/invalid.ts";
import type { Case } from "../transport/http1/response/reading.ts";
import { VALID } from "../transport/http1/response/valid.ts";
import { Recorder, testCall, testTarget } from "../transport/support.ts";
import { httpAnswer, startFaultyServer } from "./faulty_server.ts";

const CLEAN = { sanitizeOps: true, sanitizeResources: true };
const LIMITS = { maxBodyBytes: 1000, maxHeadBytes: 64 * 1024 };

interface Seen {
  readonly outcome: string;
  readonly requests: number;
}

/** What a client tells of an answer after which the connection ends. */
async function hear(
  open: OpenTested,
  text: string,
  over: Partial<TargetPlan> = {},
): Promise<Seen> {
  await using server = await startFaultyServer(() => [
    { act: "send", bytes: text },
    { act: "close" },
  ]);
  const recorder = new Recorder(LIMITS);
  const target = testTarget({ url: server.origin, ...over });
  const transport = open(target, recorder);
  try {
    transport.send(testCall());
    await recorder.until(1);
  } finally {
    await transport.close();
  }
  return { outcome: recorder.outcomes[0]!, requests: server.requests };
}

/** Where fetch differs: what it says, and why. */
const FETCH_SAYS: Readonly<Record<string, string>> = {
  // It knows no folds, bare line feeds only in the head, at most 100 fields,
  // and no chunks in HTTP/1.0.
  "a folded line": "protocol",
  "a folded length": "protocol",
  "a folded coding": "protocol",
  "a fold after the status line": "protocol",
  "trailers with bare line feeds": "truncated",
  "trailers": "truncated",
  "many fields": "too_large",
  "HTTP/1.0 with chunks": "protocol",
  // It lets pass what the RFC forbids to send.
  "an empty line first": "200",
  "chunked twice": "200",
  // What stands behind a semicolon it does not read.
  ...Object.fromEntries(
    [
      "an extension without a name",
      "an extension without a name before another",
      "an extension with a blank name",
      "an extension of two words",
      "an extension without a value",
      "an extension with two values",
      "an extension with two words as its value",
      "an extension with a bracket",
      "a quoted value without its end",
      "a quoted value that ends in a backslash",
      "text behind a quoted value",
      "a control in a quoted value",
      "a delete in a quoted value",
      "bytes above ASCII in an extension's name",
    ].map((name) => [name, "200"]),
  ),
  // It has limits of its own, and names them otherwise; where they are higher,
  // the connection ends before it meets them.
  "a reason without end": "closed",
  "large interim answers without end": "closed",
  "trailers without end": "truncated",
  "a chunk's size beyond numbers": "truncated",
  "a line without end": "closed",
  "interim answers without end": "closed",
  "a chunk that is too large": "truncated",
};

function fetchSays({ name, text, result }: Case): string {
  const isInBody = text.includes("transfer-encoding: chunked\r\n\r\n");
  // Whatever is wrong with a body, to fetch it is truncated.
  const usual = result === "protocol" && isInBody ? "truncated" : told(result);
  return FETCH_SAYS[name] ?? usual;
}

/** A result as the caller of a transport is told it. */
function told(result: string): string {
  const code = result.replace(" close", "");
  return Number(code) > 599 ? "0" : code;
}

for (const answer of [...VALID, ...INVALID]) {
  Deno.test({
    name: `openHttp1() agrees with fetch about ${answer.name}`,
    ...CLEAN,
    fn: async () => {
      const { text, bodiless, result } = answer;
      const over = { method: bodiless === true ? "HEAD" : "GET" };
      const wire = await hear(openedHttp1, text, over);
      assert.deepEqual(wire, { outcome: told(result), requests: 1 });
      const stock = await hear(openedFetch, text, over);
      assert.equal(stock.outcome, fetchSays(answer));
    },
  });
}

for (
  const over of [
    { method: "GET", headers: [["x-a", "1"], ["X-B", "${V}"]] },
    { method: "POST", body: "hällo ${V}" },
    { method: "PUT", body: "" },
    { method: "DELETE" },
    { method: "HEAD" },
    { method: "OPTIONS", headers: [["host", "elsewhere.test"]] },
  ] as Partial<TargetPlan>[]
) {
  Deno.test({
    name: `openHttp1() asks what fetch asks: ${JSON.stringify(over)}`,
    ...CLEAN,
    fn: async () => {
      const wire = await askedBy(openedHttp1, over);
      const stock = await askedBy(openedFetch, over);
      // fetch adds an accept of its own, and has to turn compression off.
      for (const own of ["accept", "accept-language", "accept-encoding"]) {
        stock.headers.delete(own);
      }
      assert.deepEqual(wire, stock);
    },
  });
}

/** A request as a server saw it, made comparable. */
async function askedBy(open: OpenTested, over: Partial<TargetPlan>) {
  await using server = await startFaultyServer(() => [
    { act: "send", bytes: httpAnswer(204, "") },
  ]);
  const recorder = new Recorder();
  const url = `${server.origin}/p/\${P}?q=1`;
  const transport = open(testTarget({ url, ...over }), recorder);
  try {
    transport.send(testCall());
    await recorder.until(1);
  } finally {
    await transport.close();
  }
  const { method, path, head, body } = server.seen[0]!;
  const lines = head.split("\r\n").slice(1).map((line) => {
    const colon = line.indexOf(":");
    return [
      line.slice(0, colon).toLowerCase(),
      // The port is another each time.
      line.slice(colon + 1).trim().replace(/^127\.0\.0\.1:\d+$/, "HOST"),
    ] as const;
  });
  return { method, path, body, headers: new Map(lines.sort()) };
}
