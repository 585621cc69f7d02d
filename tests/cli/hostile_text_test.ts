import assert from "node:assert/strict";
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { kar } from "./kar.ts";

/*
 * Whatever strangers write, nothing that a terminal obeys or that nobody sees
 * comes out of kar, on no way.
 */

/** Sets the title, rings, clears the screen by C1, turns the line around. */
const HOSTILE =
  "\x1b]0;owned\x07 \x9b2J \u202e \u2066 \u2028 \u200b \u{e0041}\r\nkar: fake";
const UNSEEN_REGEXP = /[\p{C}\p{Zl}\p{Zp}]/u;

function assertSeen(text: string): void {
  assert.doesNotMatch(text.replaceAll("\n", ""), UNSEEN_REGEXP);
}

/** A gRPC server that ends every call with status 13 and a message. */
async function refusingServer(message: string) {
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.respond({
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": "13",
      "grpc-message": encodeURIComponent(message),
    }, { endStream: true });
  });
  await new Promise<void>((listening) =>
    server.listen(0, "127.0.0.1", listening)
  );
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((closed) => server.close(() => closed())),
  };
}

Deno.test("kar run shows a server's grpc-message in one line, with its controls escaped", async () => {
  await using server = await refusingServer(HOSTILE);
  const text = `
targets:
  - name: a
    url: http://127.0.0.1:${server.port}
    protocol: grpc
    grpc: { method: a.B/C, reflection: true }
metrics: { enabled: false }
health: { enabled: false }
`;
  const { code, out, err } = await kar(
    ["run", "--config", "kar.yaml", "--duration", "1s", "--quiet"],
    { files: { "kar.yaml": text } },
  );
  assert.notEqual(code, 0);
  assertSeen(out + err);
  const line = err.split("\n").find((line) => line.includes("owned"));
  assert.match(line!, /\\x1b\]0;owned\\x07 \\x9b2J \\u202e \\u2066 \\u2028/);
  assert.doesNotMatch(err, /^kar: fake/m);
});

Deno.test("kar validate shows keys, values and names of a file with their controls escaped", async () => {
  const name = JSON.stringify("a\u202e\u2066\u2028");
  const text = `
${JSON.stringify(HOSTILE)}: 1
seed: ${JSON.stringify(HOSTILE)}
targets:
  - { name: ${name}, url: "http://localhost/", method: "\u202e" }
  - { name: ${name}, url: "http://localhost/" }
`;
  const files = { "kar.yaml": text };
  const { code, out } = await kar(["validate", "kar.yaml"], { files });
  assert.equal(code, 3);
  assertSeen(out);
  const json = await kar(["validate", "kar.yaml", "--json"], { files });
  assertSeen(json.out);
  const { problems } = JSON.parse(json.out);
  assert.ok(problems.length >= 4);
  for (const file of [`${HOSTILE}.yaml`, "--\x1b[2J", "\u202e"]) {
    const { err } = await kar(["validate", file]);
    assertSeen(err);
    assert.notEqual(err, "");
  }
});

Deno.test("kar run reports a target by a name in which all can be seen", async () => {
  const text = `
targets:
  - { name: "a\\u202eb\\u2028c", url: "http://127.0.0.1:1/" }
controller: { base_tps: 5, ramp_up_duration: 0s }
metrics: { enabled: false }
health: { enabled: false }
`;
  const { out, err } = await kar(
    ["run", "--config", "kar.yaml", "--duration", "1s"],
    { files: { "kar.yaml": text } },
  );
  assertSeen(out + err);
  assert.ok(out.includes("a\\u202eb\\u2028c"));
});
