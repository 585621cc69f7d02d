import assert from "node:assert/strict";
import { isListening } from "../../src/daemon/paths/mod.ts";
import { type EchoServer, startEchoInWorker } from "../../src/echo/mod.ts";
import { KAR } from "../cli/kar.ts";
import { withFolder } from "./support.ts";
import { until } from "../fixtures/until.ts";

/*
 * A real process with few file descriptors, to whose ports far more clients
 * connect than it has, and say nothing.
 */

const ignore = Deno.build.os !== "linux";
const DESCRIPTORS = 256;
const IDLE = 300;

/** Opens connections one after the other, and writes half a request to each. */
async function holdIdle(
  connect: () => Promise<Deno.Conn>,
): Promise<Deno.Conn[]> {
  const half = new TextEncoder().encode("GET /metrics HTTP/1.1\r\nX-Half: ");
  const held: Deno.Conn[] = [];
  for (let i = 0; i < IDLE; i++) {
    const connection = await connect();
    await connection.write(half).catch(() => {});
    held.push(connection);
  }
  return held;
}

/** kar as a process that may open few files. */
function karIn(folder: string, ...args: string[]): Deno.Command {
  const words = [...KAR, ...args].map((word) => `'${word}'`).join(" ");
  return new Deno.Command("bash", {
    args: ["-c", `ulimit -n ${DESCRIPTORS}; exec ${words}`],
    env: {
      XDG_RUNTIME_DIR: `${folder}/run`,
      XDG_STATE_HOME: `${folder}/state`,
    },
    stdout: "piped",
    stderr: "piped",
  });
}

/** Each request takes a descriptor of its own, for a while. */
function configFor(port: number): string {
  return `
targets:
  - name: a
    url: "http://127.0.0.1:${port}/api/health"
    headers: { connection: close }
controller: { base_tps: 40, ramp_up_duration: 0s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
# A busy machine must not need more descriptors than there are.
limits: { in_flight: 50 }
health: { enabled: false }
metrics: { address: "127.0.0.1:0" }
workers: 1
`;
}

async function withSlowServer(
  use: (server: EchoServer) => Promise<void>,
): Promise<void> {
  const latency = { kind: "constant", ms: 300 } as const;
  const server = await startEchoInWorker({ port: 0, faults: { latency } });
  try {
    await use(server);
  } finally {
    await server.shutdown();
  }
}

/** @returns the port of its metrics */
async function isUp(folder: string): Promise<number> {
  const log = `${folder}/state/kar98k/few.log`;
  let port = 0;
  await until("it serves metrics", async () => {
    const text = await Deno.readTextFile(log).catch(() => "");
    port = Number(/Metrics on 127\.0\.0\.1:(\d+)/.exec(text)?.[1] ?? 0);
    return port > 0;
  });
  const socket = `${folder}/run/kar98k/few.sock`;
  await until("it can be asked", () => isListening(socket));
  return port;
}

Deno.test({
  name:
    "kar run sends and answers while hundreds hold its ports open, with 256 file descriptors",
  ignore,
  fn: () =>
    withFolder((folder) =>
      withSlowServer(async ({ ports }) => {
        const file = `${folder}/kar.yaml`;
        const report = `${folder}/report.json`;
        await Deno.writeTextFile(file, configFor(ports.http!));
        const running = karIn(
          folder,
          ...["run", "--config", file, "--name", "few"],
          ...["--out", `json=${report}`],
        ).spawn();
        const port = await isUp(folder);
        const path = `${folder}/run/kar98k/few.sock`;
        const held = [
          ...await holdIdle(() =>
            Deno.connect({ hostname: "127.0.0.1", port })
          ),
          ...await holdIdle(() => Deno.connect({ transport: "unix", path })),
        ];
        const text = new TextDecoder();
        const status = await karIn(folder, "status", "--json").output();
        assert.equal(status.code, 0, text.decode(status.stderr));
        assert.equal(JSON.parse(text.decode(status.stdout)).state, "firing");
        const scrape = await fetch(`http://127.0.0.1:${port}/metrics`);
        assert.match(await scrape.text(), /kar98k_target_tps 40/);
        running.kill("SIGTERM");
        assert.equal((await running.output()).code, 0);
        for (const connection of held) connection.close();
        const { sent, ok, failed } = JSON.parse(
          await Deno.readTextFile(report),
        );
        assert.ok(sent > 0);
        assert.equal(ok, sent, JSON.stringify(failed));
      })
    ),
});
