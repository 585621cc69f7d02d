import * as z from "zod";
import { isServerName } from "../../../request/mod.ts";
import { type Finding, ruleOn, text } from "../fields.ts";

/** How certificates are checked. */
export const TlsSchema = z.strictObject({
  ca: text(4096).optional().meta({
    description:
      "File (PEM) of certificates to trust beside Mozilla's roots: authorities, or the server's own (then with client wire)",
  }),
  cert: text(4096).optional().meta({
    description: "File (PEM) of kar's own certificate, for mutual TLS",
  }),
  key: text(4096).optional().meta({
    description: "File (PEM) of the private key of cert",
  }),
  server_name: text(253).refine(
    (name) => name === "" || isServerName(name),
    "must be a name such as api.example.com, or an address",
  ).optional().meta({
    description: "Name to ask for and to check instead of the URL's host",
  }),
  insecure: z.boolean().default(false).meta({
    description:
      "Take any certificate; every report says so. Not with client fetch",
  }),
}).check(ruleOn(["cert", "key"], certWithKey)).meta({
  description: "How the target's certificate is checked, and kar's own",
});

function certWithKey(
  tls: { cert?: string | undefined; key?: string | undefined },
): Finding[] {
  if ((tls.cert === undefined) === (tls.key === undefined)) return [];
  const [given, missing] = tls.key === undefined
    ? ["cert", "key"]
    : ["key", "cert"];
  return [{ path: [given], message: `must go with ${missing}` }];
}
