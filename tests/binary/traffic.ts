import assert from "node:assert/strict";
import { commandIn, lastOf, parseDockerfile } from "../packaging/dockerfile.ts";
import { hasProgram } from "../packaging/programs.ts";
import { FOLDER, kar } from "./binary.ts";
import { startEcho, startKar } from "./running.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** A target for each client, since each comes out of a file of its own. */
function configFor(http: string, grpc: string): string {
  return `targets:
  - { name: wire, url: "${http}/api/health" }
  - { name: wire2, url: "${http}/api/users", protocol: http2 }
  - { name: grpc, url: "${grpc}", protocol: grpc }
  - { name: fetch, url: "${http}/api/health", client: fetch }
  - { name: connect, url: "${grpc}", protocol: grpc, client: connect }
controller: { base_tps: 60, max_tps: 100, ramp_up_duration: 0s }
metrics: { enabled: false }
workers: 2
`;
}

async function writeConfig(text: string): Promise<string> {
  const path = await Deno.makeTempFile({ dir: FOLDER, suffix: ".yaml" });
  await Deno.writeTextFile(path, text);
  return path;
}

Deno.test("kar run sends with two workers and all clients what kar simulate computes", async () => {
  await using echo = await startEcho();
  const config = await writeConfig(configFor(echo.http, echo.grpc));
  const span = [
    "-c",
    config,
    "--start",
    "2026-11-24T09:00:00Z",
    "--duration",
    "3s",
  ];
  const report = `${FOLDER}/report.json`;
  const ran = await kar(["run", ...span, "--out", `json=${report}`]);
  assert.equal(ran.code, 0, ran.err);
  const came = JSON.parse(await Deno.readTextFile(report));
  const simulated = await kar([
    "simulate",
    ...span,
    "--digest",
    "--format",
    "json",
  ]);
  const planned = JSON.parse(simulated.out);
  assert.equal(came.arrivalsDigest, planned.arrivalsDigest);
  assert.equal(came.due, planned.arrivals);
  assert.equal(came.completed, came.sent);
  // Sockets are read in every turn here, too, and the keeper lives.
  assert.deepEqual(came.warnings, []);
  const answered = came.targets.filter(({ ok }: { ok: number }) => ok > 0);
  assert.deepEqual(
    answered.map(({ name }: { name: string }) => name),
    ["wire", "wire2", "grpc", "fetch", "connect"],
  );
});

Deno.test("kar run sends what a script asks for, from a process of its own", async () => {
  await using echo = await startEcho();
  await Deno.writeTextFile(
    `${FOLDER}/look.ts`,
    `export const steps = ["look"] as const;
export default async ({ http }: { http: (step: string, r: object) => Promise<object> }) => {
  await http("look", { path: "/api/health" });
};
`,
  );
  const config = await writeConfig(`journeys:
  - { name: odd, base: "${echo.http}", script: look.ts }
controller: { base_tps: 30, max_tps: 60, ramp_up_duration: 0s }
metrics: { enabled: false }
`);
  const report = `${FOLDER}/script.json`;
  const ran = await kar([
    ...["run", "-c", config, "--duration", "2s"],
    ...["--out", `json=${report}`],
  ]);
  assert.equal(ran.code, 0, ran.err);
  const { journeys: [odd], due } = JSON.parse(
    await Deno.readTextFile(report),
  );
  assert.ok(due > 10);
  assert.deepEqual([odd.finished, odd.steps[0].ok], [due, due]);
});

Deno.test("kar run drains at SIGTERM and reports what it did", async () => {
  await using echo = await startEcho();
  const config = await writeConfig(configFor(echo.http, echo.grpc));
  const report = `${FOLDER}/drained.json`;
  await using run = startKar(["run", "-c", config, "--out", `json=${report}`]);
  await run.said(/Firing from/);
  run.signal("SIGTERM");
  const { code } = await run.ended;
  assert.equal(code, 0);
  const { waiting, inFlight, state } = JSON.parse(
    await Deno.readTextFile(report),
  );
  assert.deepEqual([waiting, inFlight, state], [0, 0, "stopped"]);
});

Deno.test({
  name:
    "kar is healthy under the default command of the image, with nobody to answer",
  ignore: !hasProgram("bash"),
  async fn() {
    const image = parseDockerfile(
      await Deno.readTextFile(`${ROOT}Dockerfile`),
    ).at(-1)!;
    const command = commandIn(lastOf(image, "CMD")).map((word) =>
      word === "/etc/kar98k/kar.yaml" ? `${ROOT}configs/docker/kar.yaml` : word
    );
    await using run = startKar(
      [...command, "--set", "metrics.address=127.0.0.1:0"],
      {
        env: {
          KAR_TARGET_URL: "http://127.0.0.1:1/",
          XDG_STATE_HOME: `${FOLDER}/container`,
        },
      },
    );
    const [, port] = await run.said(/Metrics on 127\.0\.0\.1:(\d+)/);
    await run.said(/Firing from/);
    const [bash, ...words] = commandIn(lastOf(image, "HEALTHCHECK"));
    const { success } = await new Deno.Command(bash!, {
      args: words.map((word) => word.replace("/9090", `/${port}`)),
    }).output();
    assert.ok(success);
    run.signal("SIGTERM");
    const { code } = await run.ended;
    // It depends on whether the first request was already due, and refused.
    assert.ok(code === 0 || code === 6, String(code));
  },
});
