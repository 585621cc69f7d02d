import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { GrpcPlan } from "../../src/plan/mod.ts";
import { freePort, pause, planFor, send, untilOpen } from "./support.ts";

const SERVER = fileURLToPath(new URL("./grpc_js_server.ts", import.meta.url));
const PROTO = fileURLToPath(
  new URL("../../proto/kar/v1/echo.proto", import.meta.url),
);

function echoCall(text: string): GrpcPlan {
  return {
    method: "kar.v1.Echo/Echo",
    message: { text },
    source: { kind: "proto", files: [PROTO], paths: [] },
  };
}

/** Runs a call against grpc-js; gives kar's view and the server's own count. */
async function against(text: string) {
  const port = freePort();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", SERVER, String(port)],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  await untilOpen(port);
  const snapshot = await send(
    planFor({
      url: `http://127.0.0.1:${port}`,
      protocol: "grpc",
      method: "POST",
      grpc: echoCall(text),
    }),
    2000,
  );
  await pause(200);
  await child.stdin.close();
  const { stdout } = await child.output();
  const counts = new TextDecoder().decode(stdout).trim().split("\n");
  return { snapshot, calls: Number(counts.at(-1)) };
}

Deno.test("grpc-js counts as many calls as kar sent, all OK", async () => {
  const { snapshot: s, calls } = await against("hello");
  assert.equal(s.ok, s.sent);
  assert.ok(s.sent > 400);
  assert.deepEqual([...s.targets[0]!.status], [[0, s.sent]]);
  assert.equal(calls, s.sent);
});

Deno.test("grpc-js answering RESOURCE_EXHAUSTED is a failure with that code", async () => {
  const { snapshot: s, calls } = await against("fail");
  assert.deepEqual(s.failed, { status: s.sent });
  assert.deepEqual([...s.targets[0]!.status], [[8, s.sent]]);
  assert.equal(calls, s.sent);
});
