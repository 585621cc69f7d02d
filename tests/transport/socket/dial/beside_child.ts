/**
 * Dials a server whose authority is one of the system's, with another one as
 * `ca`, by both ways of TLS: prints how each dial ended. The system's are those
 * of `DENO_CERT`, in place of Mozilla's.
 *
 *   DENO_CERT=ca.crt deno run beside_child.ts
 *
 * @module
 */
import { openDialer } from "../../../../src/transport/socket/mod.ts";
import { CERTIFICATES, INTERMEDIATE } from "../../../net/certificates.ts";
import { realClock } from "../../support.ts";
import { NEVER, serveEcho, TLS } from "../support.ts";

const ca = CERTIFICATES.nameless.cert;
const pinned = CERTIFICATES.selfSignedCa.cert;

async function ends(certificate: typeof CERTIFICATES.server) {
  await using echo = serveEcho(certificate);
  const { port } = echo;
  const kinds: string[] = [];
  for (
    const over of [
      { ca: INTERMEDIATE },
      { ca: INTERMEDIATE, ...CERTIFICATES.client },
      { ca: pinned },
      { ca: pinned + ca, ...CERTIFICATES.client },
    ]
  ) {
    const tls = { ...TLS, ...over, serverName: "localhost" };
    const host = "127.0.0.1";
    const dialer = openDialer({ host, port, tls }, realClock());
    // Again, since the dialer remembers which of the two vouched for the peer.
    for (let i = 0; i < 2; i++) {
      const result = await dialer.dial(NEVER);
      kinds.push(result.kind === "socket" ? "socket" : result.failure);
      if (result.kind === "socket") result.close();
    }
  }
  return kinds;
}

console.log(JSON.stringify({
  known: await ends(CERTIFICATES.server),
  unknown: await ends(CERTIFICATES.selfSigned),
  expired: await ends(CERTIFICATES.expired),
}));
