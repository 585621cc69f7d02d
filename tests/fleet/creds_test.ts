import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { nkeys } from "@nats-io/transport-node";
import { connectBus } from "../../src/nats/mod.ts";
import { NatsServer, natsServers } from "./nats_server.ts";

/*
 * A creds file is a user's JWT, signed by an account, whose own is signed by
 * an operator that the server trusts: made here as `nsc` makes them.
 */

type Pair = ReturnType<typeof nkeys.createUser>;

const base64 = (bytes: Uint8Array | string) =>
  Buffer.from(bytes).toString("base64url");

function jwtOf(
  subject: Pair,
  { by, type, more = {} }: {
    readonly by: Pair;
    readonly type: "operator" | "account" | "user";
    readonly more?: object;
  },
): string {
  const claims = {
    ...{ iat: 1_700_000_000, iss: by.getPublicKey(), name: type },
    ...{ sub: subject.getPublicKey(), nats: { ...more, type, version: 2 } },
  };
  const jti = createHash("sha256").update(JSON.stringify(claims))
    .digest("base64url");
  const head = base64(JSON.stringify({ typ: "JWT", alg: "ed25519-nkey" }));
  const signed = `${head}.${base64(JSON.stringify({ ...claims, jti }))}`;
  return `${signed}.${base64(by.sign(new TextEncoder().encode(signed)))}`;
}

function credsOf(user: Pair, account: Pair): string {
  const no = { subs: -1, data: -1, payload: -1, pub: {}, sub: {} };
  const jwt = jwtOf(user, { by: account, type: "user", more: no });
  const seed = new TextDecoder().decode(user.getSeed());
  return `-----BEGIN NATS USER JWT-----
${jwt}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------
`;
}

for (const program of natsServers()) {
  Deno.test(`the bus is reached by a creds file, and not by one of another account (${program})`, async () => {
    const operator = nkeys.createOperator();
    const account = nkeys.createAccount();
    const limits = {
      ...{ subs: -1, data: -1, payload: -1, imports: -1, exports: -1 },
      ...{ wildcards: true, conn: -1, leaf: -1 },
    };
    const trusted = jwtOf(operator, { by: operator, type: "operator" });
    const known = jwtOf(account, {
      ...{ by: operator, type: "account", more: { limits } },
    });
    const server = await NatsServer.start(program, {
      config: `# without jetstream, which wants a system account
operator: "${trusted}"
resolver: MEMORY
resolver_preload: { ${account.getPublicKey()}: "${known}" }
`,
    });
    const address = {
      ...{ host: "127.0.0.1", port: server.port, isTls: false, run: "blue" },
    };
    try {
      const creds = credsOf(nkeys.createUser(), account);
      const texts = [creds, creds.trim(), creds.replaceAll("\n", "\r\n")];
      for (const creds of texts) {
        const nc = await connectBus(address, { creds }, "test");
        await nc.flush();
        await nc.close();
      }
      const strange = credsOf(nkeys.createUser(), nkeys.createAccount());
      await assert.rejects(
        connectBus(address, { creds: strange }, "test"),
        /refuses the connection/,
      );
      await assert.rejects(
        connectBus(address, {}, "test"),
        /refuses the connection/,
      );
    } finally {
      await server.close();
    }
  });
}
