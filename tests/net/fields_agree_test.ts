/**
 * Requests with fields over HTTP/1.1: kar's own client and fetch send the same
 * ones, and a server that is not kar's reads what the key says.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readRequest } from "../../src/request/mod.ts";
import { dataSet, render, sourcesOf } from "../request/support.ts";
import {
  openedFetch,
  openedHttp1,
  type OpenTested,
} from "../transport/opened.ts";
import { Recorder, testCall, testTarget } from "../transport/support.ts";

const CALLS = 30;
const ROWS = ["Ann", "Zoë & co", "", "x".repeat(300), '"quoted"\r\n'];

async function startServer() {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const pieces: Uint8Array[] = [];
    request.on("data", (piece: Uint8Array) => pieces.push(piece));
    request.on("end", () => {
      const body = pieces.map((piece) => new TextDecoder().decode(piece));
      const { headers, method, url } = request;
      seen.push(
        [method, url, headers["x-id"], headers["content-length"], body.join("")]
          .join(" "),
      );
      response.end("ok");
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  return { seen, origin: `http://127.0.0.1:${port}`, stop };
}

const CLIENTS: Readonly<Record<string, OpenTested>> = {
  wire: openedHttp1,
  fetch: openedFetch,
};

for (const [name, open] of Object.entries(CLIENTS)) {
  Deno.test(`a server reads the fields of each request that ${name} sends`, async () => {
    const server = await startServer();
    const rows = ROWS.map((name, id) => ({ id, name }));
    const sources = sourcesOf([dataSet("users", rows)]);
    const recorder = Object.assign(new Recorder(), { sources });
    const target = testTarget({
      client: name === "fetch" ? "fetch" : "wire",
      url: `${server.origin}/a/{{users.id}}?n={{users.name}}`,
      method: "POST",
      headers: [["x-id", "{{uuid}}"]],
      content: { kind: "json", value: { user: "{{users.name}}" } },
    });
    const client = open(target, recorder);
    for (let index = 0; index < CALLS; index++) {
      assert.ok(client.send({ ...testCall(), index }));
    }
    await recorder.until(CALLS);
    await client.close();
    await server.stop();
    assert.deepEqual(recorder.outcomes, new Array(CALLS).fill("200"));
    const request = readRequest(target, {
      expand: (text) => text,
      userAgent: "",
      grpc: null,
      sources,
    });
    const expected = Array.from({ length: CALLS }, (_, index) => {
      const { path, headers, body, text } = render(request, {
        ...testCall(),
        index,
      });
      const id = headers.find(([name]) => name === "x-id")![1];
      return `POST ${path} ${id} ${body.length} ${text}`;
    });
    assert.deepEqual(server.seen.toSorted(), expected.toSorted());
  });
}
