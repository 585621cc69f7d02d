import { freePort } from "../fixtures/ports.ts";
import { until } from "../fixtures/until.ts";

/** Where nats-server is found: Debian's, and what KAR_NATS_SERVER or Go's folder has. */
export function natsServers(): string[] {
  const named = Deno.env.get("KAR_NATS_SERVER");
  const folders = [
    ...(Deno.env.get("PATH") ?? "").split(":"),
    "/usr/sbin",
    `${Deno.env.get("HOME") ?? "/root"}/go/bin`,
  ];
  const all = [named, ...folders.map((folder) => `${folder}/nats-server`)];
  const there = all.filter((path): path is string =>
    path !== undefined && isFile(path)
  );
  // One program may have several names.
  return [...new Set(there.map((path) => Deno.realPathSync(path)))];
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** A nats-server on loopback, with a store of its own. */
export class NatsServer {
  readonly port: number;
  readonly folder: string;
  readonly #program: string;
  readonly #config: string;
  readonly #env: Readonly<Record<string, string>>;
  #child: Deno.ChildProcess | null = null;

  private constructor(
    program: string,
    { config, env }: {
      readonly config: string;
      readonly env: Readonly<Record<string, string>>;
    },
  ) {
    this.port = freePort();
    this.folder = Deno.makeTempDirSync({ prefix: "kar-nats-" });
    this.#program = program;
    this.#config = config;
    this.#env = env;
  }

  /** Starts one; `config` is NATS's own text beside port and store. */
  static async start(
    program: string,
    { config = "", env = {} }: {
      readonly config?: string;
      readonly env?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<NatsServer> {
    const server = new NatsServer(program, { config, env });
    await server.begin();
    return server;
  }

  /** Starts it again, on the same port and store. */
  async begin(): Promise<void> {
    const file = `${this.folder}/nats.conf`;
    const jetstream = this.#config.includes("jetstream")
      ? ""
      : `jetstream { store_dir: "${this.folder}/js" }\n`;
    await Deno.writeTextFile(
      file,
      `listen: "127.0.0.1:${this.port}"\n${jetstream}${this.#config}`,
    );
    this.#child = new Deno.Command(this.#program, {
      args: ["-c", file],
      env: { ...this.#env },
      stdout: "null",
      stderr: "null",
    }).spawn();
    await this.#listening();
  }

  /** Kills it, as a power cut would. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.status;
    this.#child = null;
  }

  /** Kills it, and empties its store. */
  async lose(): Promise<void> {
    await this.kill();
    await Deno.remove(`${this.folder}/js`, { recursive: true }).catch(() => {});
  }

  async close(): Promise<void> {
    await this.kill();
    await Deno.remove(this.folder, { recursive: true });
  }

  async #listening(): Promise<void> {
    const at = { hostname: "127.0.0.1", port: this.port };
    await until(
      `${this.#program} listens`,
      () => Deno.connect(at).then((conn) => (conn.close(), true), () => false),
    );
  }
}
