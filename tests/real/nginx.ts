import {
  freePort,
  type ServerProcess,
  startServer,
  TLS_FOLDER,
} from "./support.ts";

/** One request as nginx saw it. */
export interface LogEntry {
  /** Milliseconds since the epoch, when it was answered. */
  readonly atMs: number;
  readonly status: number;
}

/** nginx with HTTP/1.1, h2c and TLS, and a log of every request. */
export class Nginx {
  readonly http = freePort();
  readonly h2c = freePort();
  readonly tls = freePort();
  readonly #folder: string;
  #process: ServerProcess | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<Nginx> {
    const nginx = new Nginx(await Deno.makeTempDir({ prefix: "kar-nginx-" }));
    await nginx.restart();
    return nginx;
  }

  /** Starts it, or starts it again on the same ports. */
  async restart(): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/nginx.conf`, this.#config());
    this.#process = await startServer(
      [
        "nginx",
        "-p",
        this.#folder,
        "-c",
        `${this.#folder}/nginx.conf`,
        "-e",
        `${this.#folder}/error.log`,
      ],
      this.http,
    );
  }

  /** Ends it at once, as a crash would for its clients. */
  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = null;
  }

  /** Its log in a format that it has by itself, or has in `log()`. */
  logFile(format: "combined" | "msec"): string {
    return `${this.#folder}/${format === "msec" ? "access" : format}.log`;
  }

  /** Every request so far. */
  async log(): Promise<LogEntry[]> {
    const text = await Deno.readTextFile(`${this.#folder}/access.log`);
    return text.trim().split("\n").filter(Boolean).map((line) => {
      const [sec, status] = line.split(" ");
      return { atMs: Number(sec) * 1000, status: Number(status) };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.#folder, { recursive: true });
  }

  #config(): string {
    const folder = this.#folder;
    const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
    return `daemon off; worker_processes 1; pid ${folder}/pid;
events { worker_connections 2048; }
http {
  log_format kar '$msec $status';
  access_log ${folder}/access.log kar;
  access_log ${folder}/combined.log combined;
  ${temp}
  keepalive_requests 200;
  server {
    listen 127.0.0.1:${this.http};
    listen 127.0.0.1:${this.h2c} http2;
    listen 127.0.0.1:${this.tls} ssl http2;
    ssl_certificate ${TLS_FOLDER}server.crt;
    ssl_certificate_key ${TLS_FOLDER}server.key;
    location /ok { return 200 "fine\\n"; }
    location /gone { return 410; }
  }
}
`;
  }
}
