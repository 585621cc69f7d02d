import { createPrivateKey, X509Certificate } from "node:crypto";
import { KarError, messageOf } from "../../base/mod.ts";
import type { TlsOptions } from "./types.ts";

/**
 * Checks the texts of a target's TLS settings.
 *
 * @throws KarError (config) for a text that is no certificate or key: Deno
 *   itself would silently go on without it
 */
export function checkTexts({ ca, cert, key }: TlsOptions): void {
  if (ca !== null) parseText("tls.ca", () => new X509Certificate(ca));
  if (cert === null && key === null) return;
  if (cert === null || key === null) {
    throw new KarError("config", "tls.cert and tls.key: give both or none");
  }
  const shown = parseText("tls.cert", () => new X509Certificate(cert));
  const secret = parseText("tls.key", () => createPrivateKey(key));
  if (!shown.checkPrivateKey(secret)) {
    throw new KarError("config", "tls.key is not the key of tls.cert");
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
