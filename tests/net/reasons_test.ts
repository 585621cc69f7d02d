/**
 * Why a request failed, by every client alike: one target that fails in one
 * way, asked through each client that speaks its protocol.
 *
 * @module
 */
import type { ProtocolName } from "../../src/protocol/mod.ts";
import assert from "node:assert/strict";
import type { ClientName, TargetPlan } from "../../src/plan/mod.ts";
import { loadClient } from "../../src/transport/clients/mod.ts";
import { type Outcome, reasonOf } from "../../src/transport/mod.ts";
import { GrpcServer } from "../transport/law_grpc_server.ts";
import { serveWords } from "../transport/socket/support.ts";
import {
  deadPort,
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";
import { CERTIFICATES, TEST_CA } from "./certificates.ts";
import { FAULTS, startFaultyServer } from "./faulty_server.ts";

const CALL = {
  path: "/kar.test.Shop/Buy",
  kind: "unary",
  messages: [new Uint8Array(0)],
} as const;

const CLIENTS: readonly (readonly [ClientName, ProtocolName])[] = [
  ["wire", "http"],
  ["wire", "http2"],
  ["fetch", "http"],
  ["fetch", "http2"],
  ["wire", "grpc"],
  ["connect", "grpc"],
];

/** What is said before there was time to look at the certificate. */
const NOT_SEEN_REGEXP = /^the certificate is self-signed, or/;

async function outcomeOf(
  over: Partial<TargetPlan>,
  ca: string | null = TEST_CA,
): Promise<Outcome> {
  const target = testTarget(over);
  const recorder = new Recorder({ maxBodyBytes: 100_000 });
  const context = withResolved(recorder, { tls: { ca }, grpc: CALL });
  const transport = (await loadClient(target))(target, context);
  try {
    for (let n = 1;; n++) {
      assert.equal(transport.send(testCall()), true);
      const { outcome } = (await recorder.until(n))[n - 1]!;
      if (!NOT_SEEN_REGEXP.test(outcome.reason)) return outcome;
    }
  } finally {
    await transport.close();
  }
}

async function reasonFor(
  over: Partial<TargetPlan>,
  ca: string | null = TEST_CA,
): Promise<string> {
  return reasonOf(await outcomeOf(over, ca));
}

const TRUST = [
  [
    "selfSigned",
    TEST_CA,
    "the certificate is self-signed: trust it with tls.ca, or any with tls.insecure",
  ],
  [
    "server",
    null,
    "the certificate's issuer (kar test CA) is not a known authority: name it with tls.ca",
  ],
  ["expired", TEST_CA, "the certificate has expired on 2020-01-02"],
  [
    "wrongName",
    TEST_CA,
    "the certificate is not for 127.0.0.1: it is for elsewhere.test; tls.server_name sets the name to ask for",
  ],
] as const;

for (const [client, protocol] of CLIENTS) {
  const what = `${protocol} by client ${client}`;

  for (const [name, ca, reason] of TRUST) {
    Deno.test(`${what} says of the certificate "${name}" what every client says`, async () => {
      await using server = await startFaultyServer(FAULTS.none, {
        tls: CERTIFICATES[name],
      });
      const url = server.origin.replace("localhost", "127.0.0.1");
      const outcome = await outcomeOf({ client, protocol, url }, ca);
      assert.equal(outcome.kind === "failure" && outcome.failure, "tls");
      assert.equal(outcome.reason, reason);
    });
  }

  Deno.test(`${what} says that a port is not for TLS`, async () => {
    await using server = serveWords("HTTP/1.1 400 Bad Request\r\n\r\n");
    const url = `https://127.0.0.1:${server.port}/`;
    assert.match(
      await reasonFor({ client, protocol, url }),
      /^the peer does not speak TLS/,
    );
  });

  Deno.test(`${what} names the host that has no address`, async () => {
    const url = "http://nowhere.invalid/";
    assert.match(
      await reasonFor({ client, protocol, url }),
      /^nowhere\.invalid: (?:no such name|no answer from the name server)/,
    );
  });

  Deno.test(`${what} names the address that refuses`, async () => {
    const at = `127.0.0.1:${deadPort()}`;
    const url = `http://${at}/`;
    const reason = await reasonFor({ client, protocol, url });
    assert.equal(reason.toLowerCase(), `${at}: connection refused`);
  });
}

for (const client of ["wire", "connect"] as const) {
  Deno.test(`gRPC by client ${client} tells the code's name and the server's message`, async () => {
    await using server = await GrpcServer.start((stream) =>
      stream.respond({
        ":status": 200,
        "content-type": "application/grpc",
        "grpc-status": "12",
        "grpc-message": "no shop%0Ahere",
      }, { endStream: true })
    );
    const { url } = server;
    assert.equal(
      await reasonFor({ client, protocol: "grpc", url }),
      "UNIMPLEMENTED (12): no shop\nhere",
    );
  });
}
