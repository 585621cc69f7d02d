import assert from "node:assert/strict";
import { Nginx } from "./nginx.ts";
import {
  freePort,
  isFound,
  planFor,
  send,
  startServer,
  TLS_FOLDER,
} from "./support.ts";

const isHere = await isFound("haproxy") && await isFound("nginx");

for (const protocol of ["http", "http2"] as const) {
  Deno.test({
    name: `haproxy passes on as many ${protocol} requests over TLS as kar sent`,
    ignore: !isHere,
    fn: async () => {
      await using nginx = await Nginx.start();
      const port = freePort();
      const folder = await Deno.makeTempDir({ prefix: "kar-haproxy-" });
      const pem = await Deno.readTextFile(`${TLS_FOLDER}server.crt`) +
        await Deno.readTextFile(`${TLS_FOLDER}server.key`);
      await Deno.writeTextFile(`${folder}/server.pem`, pem);
      await Deno.writeTextFile(
        `${folder}/haproxy.cfg`,
        config(folder, port, nginx.http),
      );
      const proxy = await startServer(
        ["haproxy", "-f", `${folder}/haproxy.cfg`],
        port,
      );
      try {
        const url = `https://127.0.0.1:${port}/ok`;
        const s = await send(planFor({ url, protocol }), 2000);
        assert.equal(s.ok, s.sent);
        assert.equal((await nginx.log()).length, s.sent);
      } finally {
        await proxy.stop();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

function config(folder: string, port: number, backend: number): string {
  return `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend kar
  bind 127.0.0.1:${port} ssl crt ${folder}/server.pem alpn h2,http/1.1
  default_backend nginx
backend nginx
  server nginx 127.0.0.1:${backend}
`;
}
