/**
 * Web servers of others, each started on free ports from a configuration of its
 * own, with a log of one line for each request.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { TargetPlan } from "../../src/plan/mod.ts";
import { freePort, isFound, startServer, TLS_FOLDER } from "./support.ts";
import type { ServerProcess } from "./support.ts";

/** Where a server listens, and its folder. */
interface Place {
  readonly folder: string;
  /** HTTP/1.1 and, by prior knowledge, HTTP/2. */
  readonly plain: number;
  /** HTTP/1.1 without HTTP/2, where a port cannot have both; else `plain`. */
  readonly http1: number;
  readonly tls: number;
}

/** A kind of server: how it is found, configured and started. */
export interface ServerKind {
  readonly name: string;
  readonly program: string;
  /** Files by name, and the command that starts it in the foreground. */
  readonly set: (place: Place) => {
    readonly files: Readonly<Record<string, string>>;
    readonly command: readonly string[];
  };
}

const CERT = `${TLS_FOLDER}server.crt`;
const KEY = `${TLS_FOLDER}server.key`;
const NODE_SERVER = fileURLToPath(
  new URL("./node_server.mjs", import.meta.url),
);
/** Where Debian and Fedora keep the modules of Apache. */
const APACHE_MODULES = ["/usr/lib/apache2/modules", "/etc/httpd/modules"];
const APACHE_NEEDS = ["mpm_event", "authz_core", "http2", "ssl", "unixd"];

export const SERVER_KINDS: readonly ServerKind[] = [
  { name: "h2o", program: "h2o", set: h2o },
  { name: "Apache", program: "apache2", set: apache },
  { name: "Caddy", program: "caddy", set: caddy },
  { name: "Node", program: "node", set: node },
];

function h2o({ folder, plain, tls }: Place) {
  const user = Deno.uid() === 0 ? "user: root\n" : "";
  return {
    files: {
      "www/ok": "fine\n",
      "h2o.conf": `${user}num-threads: 1
listen: { host: 127.0.0.1, port: ${plain} }
listen:
  host: 127.0.0.1
  port: ${tls}
  ssl: { certificate-file: "${CERT}", key-file: "${KEY}" }
access-log: { path: "${folder}/access.log", format: "%s" }
error-log: "${folder}/error.log"
hosts:
  default:
    paths:
      /: { file.dir: "${folder}/www" }
`,
    },
    command: ["h2o", "-c", `${folder}/h2o.conf`],
  };
}

function apache({ folder, plain, tls }: Place) {
  const modules = APACHE_MODULES.find(isThere) ?? APACHE_MODULES[0];
  const load = APACHE_NEEDS
    .map((name) => [name, `${modules}/mod_${name}.so`] as const)
    .filter(([, file]) => isThere(file))
    .map(([name, file]) => `LoadModule ${name}_module ${file}`).join("\n");
  const user = Deno.uid() === 0 ? "User nobody\n" : "";
  return {
    files: {
      "www/ok": "fine\n",
      "apache.conf": `${load}
${user}ServerName localhost
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
Listen 127.0.0.1:${plain}
Listen 127.0.0.1:${tls}
Protocols h2 h2c http/1.1
DocumentRoot ${folder}/www
<Directory ${folder}/www>
  Require all granted
</Directory>
LogFormat "%>s" kar
CustomLog ${folder}/access.log kar
ErrorLog ${folder}/error.log
<VirtualHost 127.0.0.1:${tls}>
  SSLEngine on
  SSLCertificateFile ${CERT}
  SSLCertificateKeyFile ${KEY}
  DocumentRoot ${folder}/www
</VirtualHost>
`,
    },
    command: ["apache2", "-f", `${folder}/apache.conf`, "-D", "FOREGROUND"],
  };
}

function caddy({ folder, plain, tls }: Place) {
  const site = `bind 127.0.0.1
  respond /ok "fine"
  log {
    output file ${folder}/access.log
    format json
  }`;
  return {
    files: {
      "Caddyfile": `{
  admin off
  auto_https off
  servers {
    protocols h1 h2 h2c
  }
}
http://127.0.0.1:${plain} {
  ${site}
}
https://127.0.0.1:${tls} {
  tls ${CERT} ${KEY}
  ${site}
}
`,
    },
    command: ["env", `XDG_DATA_HOME=${folder}`, `XDG_CONFIG_HOME=${folder}`]
      .concat("caddy", "run", "--adapter", "caddyfile")
      .concat("--config", `${folder}/Caddyfile`),
  };
}

function node({ folder, http1, plain, tls }: Place) {
  return {
    files: {},
    command: ["node", NODE_SERVER, `${http1}`, `${plain}`, `${tls}`]
      .concat(CERT, KEY, `${folder}/access.log`),
  };
}

/** A server of one kind that runs. */
export class RealServer implements AsyncDisposable {
  readonly #kind: ServerKind;
  readonly #place: Place;
  #process: ServerProcess | null = null;

  private constructor(kind: ServerKind, place: Place) {
    this.#kind = kind;
    this.#place = place;
  }

  static async start(kind: ServerKind): Promise<RealServer> {
    const folder = await Deno.makeTempDir({ prefix: `kar-${kind.program}-` });
    // Some servers leave root's rights behind before they read it.
    await Deno.chmod(folder, 0o755);
    await Deno.mkdir(`${folder}/www`);
    const plain = freePort();
    const http1 = kind.name === "Node" ? freePort() : plain;
    const place = { folder, plain, http1, tls: freePort() };
    const server = new RealServer(kind, place);
    await server.restart();
    return server;
  }

  /** Each way to ask it. */
  get ways(): Readonly<Record<string, Partial<TargetPlan>>> {
    const { http1, plain, tls } = this.#place;
    const https = `https://127.0.0.1:${tls}/ok`;
    return {
      "HTTP/1.1": { url: `http://127.0.0.1:${http1}/ok` },
      "HTTP/1.1 over TLS": { url: https },
      "h2c": { url: `http://127.0.0.1:${plain}/ok`, protocol: "http2" },
      "HTTP/2 over TLS": { url: https, protocol: "http2" },
    };
  }

  /** Starts it, or starts it again on the same ports. */
  async restart(): Promise<void> {
    const { folder, tls } = this.#place;
    const { files, command } = this.#kind.set(this.#place);
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    this.#process = await startServer(command, tls);
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = null;
  }

  /** Requests that it has logged. */
  async count(): Promise<number> {
    const log = `${this.#place.folder}/access.log`;
    if (!isThere(log)) return 0;
    const text = await Deno.readTextFile(log);
    return text.split("\n").filter((line) => line !== "").length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.#place.folder, { recursive: true });
  }
}

/** Whether a kind of server can be started here; says so when it cannot. */
export async function canStart({ program }: ServerKind): Promise<boolean> {
  return await isFound(program);
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
