/**
 * The same answers, the same target: what the wire makes of them is what fetch
 * makes of them, except where this file says otherwise and why.
 */
import {
  openedFetch,
  openedHttp2,
  type OpenTested,
} from "../transport/opened.ts";
import assert from "node:assert/strict";
import {
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import type { TargetPlan } from "../../src/plan/mod.ts";
import { IN_ORDER, MALFORMED } from "../transport/http2/answers.ts";
import { Recorder, testCall, testTarget } from "../transport/support.ts";
import { startFramePeer } from "./frame_peer.ts";

const CLEAN = { sanitizeOps: true, sanitizeResources: true };

/** What a client tells of an answer. */
async function hear(
  open: OpenTested,
  answer: Uint8Array,
  over: Partial<TargetPlan> = {},
): Promise<string> {
  await using peer = await startFramePeer({
    onHead: (connection) => connection.send(answer),
  });
  return await callOnce(open, { url: peer.origin, ...over });
}

async function callOnce(
  open: OpenTested,
  over: Partial<TargetPlan>,
): Promise<string> {
  const recorder = new Recorder();
  const transport = open(testTarget({ protocol: "http2", ...over }), recorder);
  try {
    transport.send(testCall());
    await recorder.until(1);
  } finally {
    await transport.close();
  }
  return recorder.outcomes[0]!;
}

/** Where fetch differs: what it says, and why. */
const FETCH_SAYS: Readonly<Record<string, string>> = {
  // It takes a missing status for 200 and lets pass what else is harmless.
  "no status": "200",
  "another pseudo-header": "200",
  "too many fields": "200",
  "trailers with a status": "200",
  // It waits for more after what must be the end.
  "an interim answer as the last": "timeout",
  "switching protocols": "timeout",
  // Once it has handed over the head, whatever follows is the body's fault.
  "trailers that are not the last": "truncated",
  "less body than it said": "truncated",
  "more body than it said": "truncated",
  // It ends the stream and does not say why.
  "two statuses": "other",
  "a late pseudo-header": "other",
  "a field of HTTP/1.1": "other",
  "a length that is none": "other",
};
/** How long fetch is listened to where it waits for more. */
const SILENCE_MS = 200;

for (const [name, answer, outcome] of IN_ORDER) {
  Deno.test({
    name: `openHttp2() agrees with fetch about ${name}`,
    ...CLEAN,
    fn: async () => {
      assert.equal(await hear(openedHttp2, answer), outcome);
      assert.equal(await hear(openedFetch, answer), outcome);
    },
  });
}

for (const [name, answer] of MALFORMED) {
  Deno.test({
    name: `openHttp2() agrees with fetch that it is wrong to send ${name}`,
    ...CLEAN,
    fn: async () => {
      assert.equal(await hear(openedHttp2, answer), "protocol");
      const said = FETCH_SAYS[name] ?? "protocol";
      const over = said === "timeout" ? { timeoutMs: SILENCE_MS } : {};
      assert.equal(await hear(openedFetch, answer, over), said);
    },
  });
}

/** A request as a server of Node's saw it, made comparable. */
async function askedBy(open: OpenTested, over: Partial<TargetPlan>) {
  const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    let body = "";
    stream.on("data", (piece: Uint8Array) => body += String(piece));
    stream.on("end", () => {
      seen.push({ headers, body });
      stream.respond({ ":status": 204 }, { endStream: true });
    });
    stream.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/p/\${P}?q=1`;
  assert.equal(await callOnce(open, { url, ...over }), "204");
  await new Promise((resolve) => server.close(resolve));
  assert.equal(seen.length, 1);
  const { headers, body } = seen[0]!;
  // The port is another each time.
  const text = JSON.stringify(headers).replaceAll(`:${port}`, ":PORT");
  return { headers: new Map(Object.entries(JSON.parse(text))), body };
}

for (
  const over of [
    { method: "GET", headers: [["x-a", "1"], ["X-B", "${V}"]] },
    { method: "POST", body: "hällo ${V}" },
    { method: "POST", body: "x".repeat(200_000) },
    { method: "PUT", body: "" },
    { method: "DELETE" },
    { method: "HEAD" },
    { method: "GET", headers: [["cookie", "a=b"]] },
  ] as Partial<TargetPlan>[]
) {
  const what = JSON.stringify(over).slice(0, 60);
  Deno.test({
    name: `openHttp2() asks what fetch asks: ${what}`,
    ...CLEAN,
    fn: async () => {
      const wire = await askedBy(openedHttp2, over);
      const stock = await askedBy(openedFetch, over);
      // fetch adds an accept of its own, and has to turn compression off.
      for (const own of ["accept", "accept-language", "accept-encoding"]) {
        stock.headers.delete(own);
      }
      assert.deepEqual(wire, stock);
    },
  });
}
