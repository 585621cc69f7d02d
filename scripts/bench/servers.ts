import { isOnPath, ROOT, startServer } from "./process.ts";

/** A server to measure against. */
export interface Target {
  readonly name: string;
  readonly http: string;
  /** HTTP/2 in plain text; null where the server has none. */
  readonly h2c: string | null;
  /** HTTP/1.1 and HTTP/2 over TLS; null where the server has none. */
  readonly https: string | null;
  /** Its process, which serves by itself and not by children. */
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** What nginx answers as a gRPC server would: with an empty message. */
const GRPC_PATH = "/grpc.health.v1.Health/Check";
const GRPC_ANSWER = new Uint8Array(5);
const START_MS_MAX = 10_000;
const LOOK_MS = 50;

/** nginx where it is on PATH; else kar's own echo server. */
export async function startTarget(
  pinned: boolean,
  workers = 1,
): Promise<Target> {
  return await isOnPath("nginx")
    ? await startNginx(pinned, workers)
    : await startEcho(pinned);
}

async function startNginx(pinned: boolean, workers: number): Promise<Target> {
  const folder = await Deno.makeTempDir({ prefix: "kar-bench-" });
  const [http, h2c, https] = [freePort(), freePort(), freePort()];
  const fixtures = new URL("../../tests/fixtures/tls/", import.meta.url);
  await Deno.copyFile(new URL("server.crt", fixtures), `${folder}/server.crt`);
  await Deno.copyFile(new URL("server.key", fixtures), `${folder}/server.key`);
  await Deno.writeFile(`${folder}/answer`, GRPC_ANSWER);
  await Deno.writeTextFile(
    `${folder}/nginx.conf`,
    processLine(workers) + nginxConfig(folder, { http, h2c, https }),
  );
  const server = startServer(
    ["nginx", "-p", folder, "-c", `${folder}/nginx.conf`, "-e", "stderr"],
    pinned,
  );
  await untilOpen(http);
  return {
    name: "nginx",
    http: `http://127.0.0.1:${http}/`,
    h2c: `http://127.0.0.1:${h2c}/`,
    https: `https://127.0.0.1:${https}/`,
    pid: server.pid,
    stop: async () => {
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** A single worker serves in the main process, where its time can be seen. */
function processLine(workers: number): string {
  return workers === 1
    ? "master_process off;\n"
    : `worker_processes ${workers};\n`;
}

function nginxConfig(
  folder: string,
  ports: {
    readonly http: number;
    readonly h2c: number;
    readonly https: number;
  },
): string {
  return `daemon off; pid ${folder}/pid;
events { worker_connections 4096; }
http {
  access_log off; error_log /dev/null crit;
  keepalive_requests 100000000; keepalive_timeout 600s;
  client_body_temp_path ${folder}; proxy_temp_path ${folder};
  fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  server {
    listen 127.0.0.1:${ports.http};
    listen 127.0.0.1:${ports.h2c} http2;
    listen 127.0.0.1:${ports.https} ssl http2;
    ssl_certificate server.crt; ssl_certificate_key server.key;
    location / { return 200 "ok\\n"; }
    location = /login {
      default_type application/json;
      return 200 '{"token":"eyJhbGciOiJIUzI1NiJ9","user":{"id":"ada"}}';
    }
    location = ${GRPC_PATH} { error_page 405 =200 /answer; }
    location = /answer {
      root ${folder};
      default_type application/grpc;
      add_trailer grpc-status 0;
    }
  }
}
`;
}

async function startEcho(pinned: boolean): Promise<Target> {
  const port = freePort();
  const main = `${ROOT}/main.ts`;
  const server = startServer(
    [Deno.execPath(), "run", "-A", main, "echo", "--port", String(port)],
    pinned,
  );
  await untilOpen(port);
  const url = `http://127.0.0.1:${port}/health`;
  return {
    name: "kar echo",
    http: url,
    h2c: url,
    https: null,
    pid: server.pid,
    stop: server.stop,
  };
}

/** The echo server's gRPC port. */
export async function startGrpc(
  pinned: boolean,
): Promise<Pick<Target, "pid" | "stop"> & { readonly url: string }> {
  const [http, grpc] = [String(freePort()), String(freePort())];
  const main = `${ROOT}/main.ts`;
  const echo = ["echo", "--port", http, "--grpc-port", grpc];
  const server = startServer(
    [Deno.execPath(), "run", "-A", main, ...echo],
    pinned,
  );
  await untilOpen(Number(grpc));
  return { url: `http://127.0.0.1:${grpc}`, ...server };
}

/** A port that was free a moment ago. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return (listener.addr as Deno.NetAddr).port;
}

/** Waits until something listens on a port. */
export async function untilOpen(port: number): Promise<void> {
  for (let ms = 0; ms < START_MS_MAX; ms += LOOK_MS) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  throw new Error(`No server on port ${port} after ${START_MS_MAX} ms`);
}
