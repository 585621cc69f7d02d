import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Plan } from "../../src/plan/mod.ts";
import {
  freePort,
  planFor,
  send,
  sendAcrossRestart,
  startServer,
} from "./support.ts";

const SERVER = fileURLToPath(new URL("./grpcio_server.py", import.meta.url));
const PROTO = fileURLToPath(
  new URL("../../proto/kar/v1/echo.proto", import.meta.url),
);
/** Long and alike, so that gzip makes it shorter. */
const TEXT = "kar ".repeat(1000);

const python = await pythonWithGrpc();

/** A Python that has grpcio; says so when there is none. */
async function pythonWithGrpc(): Promise<string | null> {
  for (const program of ["python3", "/usr/bin/python3"]) {
    try {
      const { success } = await new Deno.Command(program, {
        args: ["-c", "import grpc"],
        stdout: "null",
        stderr: "null",
      }).output();
      if (success) return program;
    } catch {
      // Not this one.
    }
  }
  console.log("skipped: no Python with grpcio");
  return null;
}

function plan(port: number, method = "Echo"): Plan {
  return planFor({
    url: `http://127.0.0.1:${port}`,
    protocol: "grpc",
    method: "POST",
    timeoutMs: 3000,
    grpc: {
      method: `kar.v1.Echo/${method}`,
      message: { text: TEXT },
      source: { kind: "proto", files: [PROTO], paths: [] },
    },
  }, 200);
}

/** Starts the server, and gives its log. */
async function start(port: number, folder: string) {
  const log = `${folder}/calls.log`;
  const server = await startServer([python!, SERVER, `${port}`, log], port);
  const count = async () =>
    (await Deno.readTextFile(log)).split("\n").filter(Boolean).length;
  return { ...server, count };
}

async function withFolder(use: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "kar-grpcio-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const [method, code] of [["Echo", 0], ["ClientStream", 8]] as const) {
  Deno.test({
    name: `grpcio with gzip counts as many calls as kar sent, all ${code}`,
    ignore: python === null,
    fn: () =>
      withFolder(async (folder) => {
        const port = freePort();
        const server = await start(port, folder);
        try {
          const s = await send(plan(port, method), 2000);
          assert.deepEqual([...s.targets[0]!.status], [[code, s.sent]]);
          assert.ok(s.sent > 100);
          assert.equal(await server.count(), s.sent);
        } finally {
          await server.stop();
        }
      }),
  });
}

Deno.test({
  name: "grpcio restarts under load, and is met again",
  ignore: python === null,
  fn: () =>
    withFolder(async (folder) => {
      const port = freePort();
      let running = await start(port, folder);
      const { after } = await sendAcrossRestart(plan(port), {
        stop: () => running.stop(),
        restart: async () => {
          running = await start(port, folder);
        },
      });
      await running.stop();
      for (const step of after) {
        assert.equal(step.failed, 0, `${step.t} ms`);
        assert.ok(step.ok > 0);
      }
    }),
});
