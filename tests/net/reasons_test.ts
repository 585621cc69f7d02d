/**
 * Why a request failed, by every client alike: one target that fails in one
 * way, asked through each client that speaks its protocol.
 *
 * @module
 */
import type { ProtocolName } from "../../src/protocol/mod.ts";
import assert from "node:assert/strict";
import { freePort } from "../fixtures/ports.ts";
import type { AddressInfo } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import type { ClientName, TargetPlan } from "../../src/plan/mod.ts";
import { loadClient } from "../../src/transport/clients/mod.ts";
import { type Outcome, reasonOf } from "../../src/transport/mod.ts";
import { GrpcServer } from "../transport/law_grpc_server.ts";
import { serveWords } from "../transport/socket/support.ts";
import {
  opened,
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
  const transport = opened(await loadClient(target), target, context);
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

/** What becomes of requests one after the other. */
async function outcomesOf(
  over: Partial<TargetPlan>,
  count: number,
): Promise<readonly Outcome[]> {
  const target = testTarget(over);
  const recorder = new Recorder({});
  const context = withResolved(recorder, { tls: { ca: TEST_CA }, grpc: CALL });
  const client = opened(await loadClient(target), target, context);
  try {
    for (let n = 1; n <= count; n++) {
      assert.equal(client.send(testCall()), true);
      await recorder.until(n);
    }
    return (await recorder.until(count)).map(({ outcome }) => outcome);
  } finally {
    await client.close();
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
    "the certificate is self-signed: trust it with tls.ca; tls.insecure accepts any certificate",
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
  [
    "client",
    TEST_CA,
    "the certificate is not for servers: its extended key usage does not allow it",
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
    const at = `127.0.0.1:${freePort()}`;
    const url = `http://${at}/`;
    const reason = await reasonFor({ client, protocol, url });
    assert.equal(reason.toLowerCase(), `${at}: connection refused`);
  });
}

for (
  const [what, options] of [
    ["TLS 1.3", {}],
    ["TLS 1.2", { maxVersion: "TLSv1.2" }],
  ] as const
) {
  for (const [client, protocol] of CLIENTS) {
    Deno.test(`${protocol} by client ${client} says each time that a server of ${what} asks for a client certificate`, async () => {
      await using server = await startStrictServer(options);
      const { url } = server;
      const outcomes = await outcomesOf({ client, protocol, url }, 6);
      for (const outcome of outcomes) {
        // The alert comes after the handshake: fetch may only be told that the
        // connection has ended.
        const kinds = client === "fetch" ? ["tls", "closed"] : ["tls"];
        assert.ok(
          outcome.kind === "failure" && kinds.includes(outcome.failure),
        );
        assert.match(outcome.reason, /the server asks for a client certif/);
      }
    });
  }
}

for (const client of ["wire", "connect"] as const) {
  for (
    const [name, says] of [
      ["nameless", /^the certificate is not for 127.0.0.1: it names no host/],
      ["wrongName", /^the certificate is not for 127.0.0.1: it is for elsewh/],
    ] as const
  ) {
    Deno.test(`gRPC by client ${client} fails by TLS where the trusted certificate "${name}" is not the host's`, async () => {
      await using server = await startFaultyServer(FAULTS.none, {
        tls: CERTIFICATES[name],
      });
      const url = server.origin.replace("localhost", "127.0.0.1");
      const { cert } = CERTIFICATES[name];
      const outcome = await outcomeOf({ client, protocol: "grpc", url }, cert);
      assert.equal(outcome.kind === "failure" && outcome.failure, "tls");
      assert.match(outcome.reason, says);
    });
  }
}

/** A server of HTTP/1.1 and HTTP/2 that takes nobody without a certificate. */
async function startStrictServer(
  options: TlsOptions,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer({
    ...CERTIFICATES.server,
    ca: TEST_CA,
    requestCert: true,
    ALPNProtocols: ["h2", "http/1.1"],
    ...options,
  }, (socket) => socket.destroy());
  server.on("tlsClientError", () => {});
  await new Promise<void>((listening) => server.listen(0, listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise((closed) => server.close(() => closed())),
  };
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
