import { freePort } from "../fixtures/ports.ts";
import { openedGrpc, type OpenTested } from "../transport/opened.ts";
import { serveGrpc } from "../transport/law_grpc_server.ts";
import { transportLaws } from "../transport/laws.ts";
import { testTarget, withResolved } from "../transport/support.ts";
import { CERTIFICATES, TEST_CA } from "./certificates.ts";

const CODES = [0, 5, 14, 16];
const CALL = {
  path: "/grpc.health.v1.Health/Check",
  kind: "unary",
  messages: [new Uint8Array(0)],
} as const;

/** Opens the health check, with our root or the system's. */
function opener(ca: string | null): OpenTested {
  const resolved = { tls: { ca }, grpc: CALL };
  return (target, context) =>
    openedGrpc(target, withResolved(context, resolved));
}

transportLaws("openGrpc()", {
  open: opener(null),
  serve: (behaviour) => serveGrpc(behaviour),
  codes: CODES,
  deadTarget: () =>
    testTarget({ url: `http://127.0.0.1:${freePort()}`, protocol: "grpc" }),
  capacity: () => null,
});

transportLaws("openGrpc() over TLS", {
  open: opener(TEST_CA),
  serve: (behaviour) => serveGrpc(behaviour, CERTIFICATES.server),
  codes: CODES,
  deadTarget: () =>
    testTarget({ url: `https://127.0.0.1:${freePort()}`, protocol: "grpc" }),
  capacity: () => null,
});
