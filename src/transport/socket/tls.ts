import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { Duplex } from "node:stream";
import {
  connect,
  type ConnectionOptions,
  createSecureContext,
  type SecureContext,
} from "node:tls";
import { KarError, messageOf } from "../../base/mod.ts";
import type { TlsOptions } from "./types.ts";

/** What every TLS connection to one host has in common; made once. */
export type TlsContext = Readonly<ConnectionOptions>;

/**
 * Checks the texts of a target's TLS settings and prepares its handshakes.
 *
 * @throws KarError (config) for a text that is no certificate or key: Deno
 *   itself would silently go on without it
 */
export function tlsContext(host: string, options: TlsOptions): TlsContext {
  checkTexts(host, options);
  const { ca, cert, key, serverName, insecure, alpn } = options;
  const context = createSecureContext({
    ...(ca === null ? {} : { ca }),
    ...(cert === null || key === null ? {} : { cert, key }),
  });
  warmUp(context);
  return {
    secureContext: context,
    // An address is no server name; its certificate is checked against `host`.
    servername: serverName ?? (isIP(host) === 0 ? host : ""),
    ALPNProtocols: [...alpn],
    rejectUnauthorized: !insecure,
    ...(insecure ? { checkServerIdentity: () => undefined } : {}),
  };
}

function checkTexts(host: string, { ca, cert, key }: TlsOptions): void {
  const where = `TLS to ${host}`;
  if (ca !== null) parseText(`${where}: ca`, () => new X509Certificate(ca));
  if (cert === null && key === null) return;
  if (cert === null || key === null) {
    throw new KarError("config", `${where}: give both cert and key, or none`);
  }
  const shown = parseText(`${where}: cert`, () => new X509Certificate(cert));
  const secret = parseText(`${where}: key`, () => createPrivateKey(key));
  if (!shown.checkPrivateKey(secret)) {
    throw new KarError("config", `${where}: key is not the key of cert`);
  }
}

function parseText<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new KarError(
      "config",
      `${name} cannot be used: ${messageOf(error)}; expected PEM text`,
    );
  }
}

let isWarm = false;

/**
 * Begins a handshake with nobody. A thread's first handshake builds the store
 * of roots, which takes some 35 ms and blocks everything: here it does not fall
 * into the time of the first request.
 */
function warmUp(secureContext: SecureContext): void {
  if (isWarm) return;
  isWarm = true;
  const nobody = new Duplex({
    read() {},
    write: (_bytes, _encoding, written) => written(),
  });
  const socket = connect({ socket: nobody, secureContext });
  socket.on("error", () => {});
  socket.destroy();
}
