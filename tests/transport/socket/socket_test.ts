import assert from "node:assert/strict";
import { CERTIFICATES } from "../../net/certificates.ts";
import { CLEAN, listen, openSocket, SCHEMES, serveEcho } from "./support.ts";

for (const [scheme, options] of Object.entries(SCHEMES)) {
  const isTls = "tls" in options;
  const server = () => serveEcho(isTls ? CERTIFICATES.server : undefined);
  const endpoint = (port: number) => ({ port, ...options });

  Deno.test({
    name: `a ${scheme} socket carries bytes both ways, in order`,
    ...CLEAN,
    fn: async () => {
      await using echo = server();
      const socket = await openSocket(endpoint(echo.port));
      const { heard, until } = listen(socket);
      const text = "0123456789".repeat(30_000);
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length; at += 70_000) {
        socket.write(bytes.subarray(at, at + 70_000));
      }
      socket.writeShared(new TextEncoder().encode("end"));
      await until(() => heard.text.length >= text.length + 3);
      assert.ok(heard.text === text + "end");
      assert.equal(socket.queuedBytes, 0);
      socket.close();
      assert.deepEqual(heard.ends, []);
    },
  });

  Deno.test({
    name: `a ${scheme} socket tells that the peer ended it, once`,
    ...CLEAN,
    fn: async () => {
      await using echo = server();
      const socket = await openSocket(endpoint(echo.port));
      const { heard, until } = listen(socket);
      socket.write(Uint8Array.of(65));
      await until(() => heard.text === "A");
      echo.hangUp();
      await until(() => heard.ends.length > 0);
      assert.deepEqual(heard.ends, ["closed"]);
      socket.write(Uint8Array.of(66));
      assert.equal(socket.queuedBytes, 0);
      socket.close();
      socket.close();
    },
  });

  Deno.test({
    name: `a ${scheme} socket times its parts`,
    ...CLEAN,
    fn: async () => {
      await using echo = server();
      const socket = await openSocket(endpoint(echo.port));
      assert.ok(socket.connectMs > 0);
      if (isTls) assert.ok(socket.tlsMs > 0);
      else assert.ok(Number.isNaN(socket.tlsMs));
      socket.close();
    },
  });
}

Deno.test({
  name: "sockets one after the other never hear what another one heard",
  ...CLEAN,
  fn: async () => {
    await using echo = serveEcho();
    for (let i = 0; i < 300; i++) {
      const socket = await openSocket({ port: echo.port });
      const { heard, until } = listen(socket);
      const text = `${i} `.repeat(1 + i % 50);
      socket.write(new TextEncoder().encode(text));
      // Some are closed with their answer on its way.
      if (i % 3 > 0) {
        await until(() => heard.text.length >= text.length);
        assert.equal(heard.text, text);
      }
      socket.close();
      assert.deepEqual(heard.ends, []);
    }
  },
});
