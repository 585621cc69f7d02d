import assert from "node:assert/strict";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { tlsContext } from "../../../../src/transport/socket/mod.ts";
import {
  CERTIFICATES,
  INTERMEDIATE,
  TEST_CA,
} from "../../../net/certificates.ts";
import { CLEAN, kindOf, serveEcho, TLS } from "../support.ts";

const C = CERTIFICATES;

/** A server's certificate, what is trusted, and how both ways of TLS meet it. */
const ROWS: readonly {
  readonly what: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly ca: string | null;
  readonly serverName?: string;
  readonly meets: "socket" | "tls";
}[] = [
  { what: "a chain to ca", server: C.server, ca: TEST_CA, meets: "socket" },
  {
    what: "a chain to an authority that is not self-signed",
    server: C.belowIntermediate,
    ca: INTERMEDIATE,
    meets: "socket",
  },
  {
    what: "a self-signed one that may sign, itself as ca",
    server: C.selfSignedCa,
    ca: C.selfSignedCa.cert,
    meets: "socket",
  },
  {
    what: "a self-signed one that may not sign, itself as ca",
    server: C.selfSigned,
    ca: C.selfSigned.cert,
    meets: "socket",
  },
  {
    what: "an authority's leaf, itself as ca",
    server: C.server,
    ca: C.server.cert,
    meets: "socket",
  },
  {
    what: "a leaf that is one of several in ca",
    server: C.server,
    ca: C.selfSigned.cert + C.server.cert + TEST_CA,
    meets: "socket",
  },
  {
    what: "a chain to an authority that stands beside another server's own",
    server: C.server,
    ca: C.selfSigned.cert + TEST_CA,
    meets: "socket",
  },
  {
    what: "a pinned leaf under the name that it has",
    server: C.wrongName,
    ca: C.wrongName.cert,
    serverName: "elsewhere.test",
    meets: "socket",
  },
  {
    what: "a pinned leaf of another name",
    server: C.wrongName,
    ca: C.wrongName.cert,
    meets: "tls",
  },
  {
    what: "a pinned self-signed one under another name",
    server: C.selfSignedCa,
    ca: C.selfSignedCa.cert,
    serverName: "other.test",
    meets: "tls",
  },
  {
    what: "a pinned leaf out of date",
    server: C.expired,
    ca: C.expired.cert,
    meets: "tls",
  },
  {
    what: "a pinned self-signed one out of date",
    server: C.selfSignedCaExpired,
    ca: C.selfSignedCaExpired.cert,
    meets: "tls",
  },
  {
    what: "one that names no host, itself as ca",
    server: C.nameless,
    ca: C.nameless.cert,
    serverName: "localhost",
    meets: "tls",
  },
  {
    what: "another one than the pinned one",
    server: C.server,
    ca: C.selfSignedCa.cert,
    meets: "tls",
  },
  {
    what: "a self-signed one that nobody trusts",
    server: C.selfSignedCa,
    ca: TEST_CA,
    meets: "tls",
  },
  { what: "a leaf without ca", server: C.server, ca: null, meets: "tls" },
];

for (const { what, server, ca, serverName, meets } of ROWS) {
  for (const own of [{}, C.client]) {
    const way = "cert" in own ? "with a client certificate" : "alone";
    Deno.test({
      name: `dial() ${way} meets ${what}: ${meets}`,
      ...CLEAN,
      fn: async () => {
        await using echo = serveEcho(server);
        // By name, and by address, which the certificates have as well.
        const names = serverName === undefined
          ? ["localhost", null]
          : [serverName];
        for (const serverName of names) {
          const tls = { ...TLS, ...own, ca, serverName };
          assert.equal(await kindOf({ port: echo.port, tls }), meets);
        }
      },
    });
  }
}

Deno.test({
  name: "tlsContext() judges for node:http2 as dial() does",
  ...CLEAN,
  fn: async () => {
    for (const { what, server, ca, serverName = "localhost", meets } of ROWS) {
      await using echo = serveEcho(server);
      const tls = { ...TLS, ca, serverName };
      const { options, complaint } = tlsContext("127.0.0.1", tls);
      const socket = connectTls({
        ...options,
        host: "127.0.0.1",
        port: echo.port,
      });
      const closed = new Promise((resolve) => socket.once("close", resolve));
      const met = await secured(socket, complaint);
      socket.destroy();
      await closed;
      assert.equal(met, meets, what);
    }
  },
});

function secured(
  socket: TLSSocket,
  complaint: (socket: TLSSocket) => Error | null,
): Promise<string> {
  return new Promise((resolve) => {
    socket.once("error", () => resolve("tls"));
    socket.once("secureConnect", () => {
      resolve(complaint(socket) === null ? "socket" : "tls");
    });
  });
}

Deno.test("dial() trusts ca beside the usual roots, with a client certificate and without", async () => {
  const child = new URL("./beside_child.ts", import.meta.url);
  const roots = new URL("../../../fixtures/tls/ca.crt", import.meta.url);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", child.href],
    env: { DENO_CERT: roots.pathname },
    stderr: "inherit",
  }).output();
  const kinds = JSON.parse(new TextDecoder().decode(stdout));
  const all = (kind: string) => Array(8).fill(kind);
  assert.deepEqual(kinds, {
    known: all("socket"),
    unknown: all("tls"),
    expired: all("tls"),
  });
});
