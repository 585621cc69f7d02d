/**
 * Requests with fields over HTTP/2, read by a server that is not kar's: each
 * stream has its own head and body, whatever windows the server grants.
 */
import assert from "node:assert/strict";
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import type { TargetPlan } from "../../src/plan/mod.ts";
import { readRequest } from "../../src/request/mod.ts";
import { dataSet, render, sourcesOf } from "../request/support.ts";
import { openedHttp2 } from "../transport/opened.ts";
import { Recorder, testCall, testTarget } from "../transport/support.ts";

const LONG = "x".repeat(300);
const NAMES = ["Ann", "Zoë & co", " spaced ", "", LONG, "y".repeat(20_000)];
const CALLS = 40;

/** What a server has read of a request. */
interface Read {
  readonly path: string;
  readonly name: string;
  readonly length: string;
  readonly body: string;
}

async function startServer(initialWindowSize: number) {
  const seen: Read[] = [];
  const server = createServer({ settings: { initialWindowSize } });
  server.on("stream", (stream, headers) => {
    const pieces: Uint8Array[] = [];
    const http2 = stream as ServerHttp2Stream;
    stream.on("data", (piece: Uint8Array) => pieces.push(piece));
    stream.on("end", () => {
      seen.push({
        path: String(headers[":path"]),
        name: String(headers["x-name"]),
        length: String(headers["content-length"]),
        body: pieces.map((piece) => new TextDecoder().decode(piece)).join(""),
      });
      http2.respond({ ":status": 200 }, { endStream: true });
    });
    stream.on("error", () => {});
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    origin: `http://127.0.0.1:${port}`,
    stop: () => new Promise((done) => server.close(done)),
  };
}

function target(origin: string): TargetPlan {
  return testTarget({
    protocol: "http2",
    url: `${origin}/items/{{users.id}}?page={{int 1 40}}`,
    method: "POST",
    headers: [["x-name", "{{users.tag}}"], ["x-fixed", "one"]],
    content: {
      kind: "json",
      value: { user: "{{users.name}}", id: "{{uuid}}" },
    },
    timeoutMs: 20_000,
  });
}

function sources() {
  const rows = NAMES.map((name, id) => ({
    id,
    name,
    tag: id === 4 ? LONG : ` <${id}> `,
  }));
  return sourcesOf([dataSet("users", rows)]);
}

for (const window of [65_535, 1000, 40, 1]) {
  Deno.test(`a server with windows of ${window} bytes reads each stream's own head and body`, async () => {
    const server = await startServer(window);
    // With a window of one byte a long body would take a frame for each byte.
    const rows = window < 1000 ? 4 : NAMES.length;
    const over = sourcesOf([
      dataSet(
        "users",
        NAMES.slice(0, rows).map((name, id) => ({ id, name, tag: `<${id}>` })),
      ),
    ]);
    const chosen = window < 1000 ? over : sources();
    const recorder = Object.assign(new Recorder(), { sources: chosen });
    const plan = target(server.origin);
    const client = openedHttp2(plan, recorder);
    for (let index = 0; index < CALLS; index++) {
      assert.ok(client.send({ ...testCall(), index }));
    }
    await recorder.until(CALLS);
    await client.close();
    await server.stop();
    assert.deepEqual(recorder.outcomes, new Array(CALLS).fill("200"));
    const request = readRequest(plan, {
      expand: (text) => text,
      userAgent: "kar/test",
      grpc: null,
      sources: chosen,
    });
    const expected = Array.from({ length: CALLS }, (_, index): Read => {
      const sent = render(request, { ...testCall(), index });
      const name = sent.headers.find(([name]) => name === "x-name")![1];
      return {
        path: sent.path,
        name: name.trim(),
        length: `${sent.body.length}`,
        body: sent.text,
      };
    });
    const inOrder = (all: Read[]) =>
      all.map((one) => JSON.stringify(one)).toSorted();
    assert.deepEqual(inOrder(server.seen), inOrder(expected));
  });
}
