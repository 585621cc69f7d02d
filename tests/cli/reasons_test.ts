import assert from "node:assert/strict";
import { EXIT } from "../../src/base/mod.ts";
import { runCli } from "../../src/cli/mod.ts";
import type { ReportV1 } from "../../src/report/mod.ts";
import { CERTIFICATES } from "../net/certificates.ts";
import { FAULTS, startFaultyServer } from "../net/faulty_server.ts";
import { GrpcServer } from "../transport/law_grpc_server.ts";
import { FakeSystem } from "./fake_system.ts";

/*
 * From the socket of a worker thread to all that a person reads: why requests
 * failed.
 */

const NO_ANSWER = 6;
/** The beginning of a stream of events that has no end. */
const STREAM =
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n6\r\ndata:\n\r\n";

function configOf(target: string): string {
  return `targets: [{ name: shop, ${target} }]
controller: { base_tps: 40, max_tps: 200, ramp_up_duration: 0s, shutdown_timeout: 3s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
# A busy machine must not turn requests into missed ones here.
limits: { max_lateness: 10s }
health: { enabled: true, interval: 1s, timeout: 10s }
metrics: { enabled: false }
workers: 2
`;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly report: ReportV1;
}

/** Runs kar for so long that a check of health has ended on any machine. */
async function ran(target: string): Promise<Ran> {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    const words = `run -c kar.yaml --duration 5s --out json=${file}`;
    const system = new FakeSystem({
      args: words.split(" "),
      files: { "kar.yaml": configOf(target) },
    });
    const code = await runCli(system);
    const report = JSON.parse(await Deno.readTextFile(file));
    const [out, err] = [system.stdout.text, system.stderr.text];
    return { code, out, err, report };
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("kar run says why TLS fails: in the report, its essence, JSON, log, health line and its last words", async () => {
  await using server = await startFaultyServer(FAULTS.none, {
    tls: CERTIFICATES.selfSigned,
  });
  const { code, out, err, report } = await ran(`url: "${server.origin}/"`);
  const { sent } = report;
  assert.equal(code, NO_ANSWER);
  const { reasons, failed } = report.targets[0]!;
  const told = reasons.map(({ count }) => count);
  assert.deepEqual(failed, { tls: sent });
  assert.equal(told.reduce((sum, count) => sum + count), sent);
  const most = reasons.toSorted((a, b) => b.count - a.count)[0]!;
  const { reason } = most;
  assert.match(reason, /^the certificate is self-signed/);
  const plain = out.replace(/\s+/g, " ");
  assert.ok(plain.includes(`tls x${most.count}: ${reason}`), out);
  assert.ok(plain.includes(`shop: tls: ${reason}`), out);
  // Each worker has it, and it is told once.
  assert.equal(err.split(`Target shop: tls: ${reason}\n`).length, 2, err);
  assert.match(
    err,
    /shop is unhealthy: no answer \(tls\): the certificate is s/,
  );
  const last = err.trimEnd().split("\n").at(-1)!;
  assert.match(last, /none of them got an answer; shop: tls: .*self-signed/);
});

Deno.test("kar run names gRPC's codes and methods, and calls no target up that answers UNIMPLEMENTED to all", async () => {
  await using server = await GrpcServer.start((stream) =>
    stream.respond({
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": "12",
      "grpc-message": "unknown service \x1b]0;x\x07",
    }, { endStream: true })
  );
  const { code, out, err, report } = await ran(
    `url: "${server.url}", protocol: grpc`,
  );
  const [target] = report.targets;
  assert.equal(code, EXIT.failed);
  assert.equal(target!.method, "grpc.health.v1.Health/Check");
  assert.equal(target!.healthy, false);
  assert.deepEqual(target!.reasons.map(({ kind, code }) => [kind, code]), [
    ["status", 12],
  ]);
  assert.match(out, /UNIMPLEMENTED \(12\) x\d+/);
  assert.match(out, /UNIMPLEMENTED \(12\): unknown service \\x1b\]0;x\\x07/);
  assert.match(out, /grpc\.health\.v1\.Health\/Check http:/);
  assert.match(err, /shop is unhealthy: its answer was UNIMPLEMENTED \(12\)/);
});

Deno.test("kar run ends with 6 where nobody ever answers, also where kar gives up at the end, and with 7 where an answer begins", async () => {
  const silent = await startFaultyServer(FAULTS.neverAnswer);
  const never = await ran(`url: "${silent.origin}/", timeout: 60s`);
  await silent[Symbol.asyncDispose]();
  assert.equal(never.code, NO_ANSWER);
  assert.deepEqual(Object.keys(never.report.targets[0]!.failed), ["aborted"]);
  const endless = await startFaultyServer(() => [
    { act: "send", bytes: STREAM },
  ]);
  const begun = await ran(`url: "${endless.origin}/", timeout: 300ms`);
  await endless[Symbol.asyncDispose]();
  assert.equal(begun.code, EXIT.failed);
  assert.match(
    begun.out.replace(/\s+/g, " "),
    /timeout x\d+: the answer began and did not end within its timeout/,
  );
});
