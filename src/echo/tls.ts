import { KarError, messageOf } from "../base/mod.ts";
import type { TlsPair } from "./types.ts";

/**
 * A self-signed certificate for `localhost`, `127.0.0.1` and `::1`, valid from
 * 2020 to 2120, so that TLS can be tried without making one.
 *
 * The key is public, here and in every copy of kar: this pair proves nothing
 * and protects nothing. A client has to trust the certificate by name (`ca`)
 * or not verify at all.
 */
export const DEMO_TLS: TlsPair = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBvzCCAWWgAwIBAgIBATAKBggqhkjOPQQDAjAlMSMwIQYDVQQDDBprYXIgZWNo
byBkZW1vIChub3Qgc2VjcmV0KTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAw
MDAwMFowJTEjMCEGA1UEAwwaa2FyIGVjaG8gZGVtbyAobm90IHNlY3JldCkwWTAT
BgcqhkjOPQIBBggqhkjOPQMBBwNCAAQI4He14WdNfOz/I3jr9+tnolrJrhsZ5era
i7ihAfiauXmAie0mpTfkQ7lrmlIhc76Udp9zZPcTlDs9xDfJ4ZSIo4GDMIGAMCwG
A1UdEQQlMCOCCWxvY2FsaG9zdIcEfwAAAYcQAAAAAAAAAAAAAAAAAAAAATAMBgNV
HRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggrBgEFBQcDATAd
BgNVHQ4EFgQUB5PAfLMnzXQgSM8WKQyKD/fuXRMwCgYIKoZIzj0EAwIDSAAwRQIh
AKjjom009ZqVfuHyHG1SJQYRTryMkg6L4j0fhQXS8WKZAiATlkKMn4yNo6jaoBMV
cgukOmx8iG4fI4WNCHsPmr6r2A==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsLmERp+fTGg1I3ML
eO/udPeo2z2UtMGBKNB/VWPy1j6hRANCAAQI4He14WdNfOz/I3jr9+tnolrJrhsZ
5erai7ihAfiauXmAie0mpTfkQ7lrmlIhc76Udp9zZPcTlDs9xDfJ4ZSI
-----END PRIVATE KEY-----
`,
};

/**
 * Looks at a pair before it is used: Node's TLS would take anything and fail
 * at the first handshake, while a listener of Deno's fails at once.
 *
 * @throws {KarError} `cannotStart` for what is not a pair of certificate and key
 */
export function checkTls(pair: TlsPair): void {
  try {
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...pair }).close();
  } catch (error) {
    throw new KarError(
      "cannotStart",
      `Cannot use the TLS certificate and key: ${
        messageOf(error)
      }; both must be PEM text, and belong together`,
      { cause: error },
    );
  }
}
