/**
 * A real Prometheus that scrapes one address, for tests.
 *
 * @module
 */
import { freePort } from "../fixtures/ports.ts";
import { until } from "../fixtures/until.ts";

const CONFIG = new URL(
  "../../configs/prometheus/prometheus.yaml",
  import.meta.url,
);

/** What a query gives: labels and value of each series. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** kar's own configuration of Prometheus, for another address, and quick. */
async function prometheusConfig(address: string): Promise<string> {
  const text = await Deno.readTextFile(CONFIG);
  return text.replace("kar:9090", address)
    .replace(/scrape_interval: \S+/, "scrape_interval: 200ms");
}

/** A process of Prometheus with a folder of its own. */
export class Prometheus implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  readonly #url: string;

  private constructor(child: Deno.ChildProcess, folder: string, url: string) {
    this.#child = child;
    this.#folder = folder;
    this.#url = url;
  }

  /** Starts one and waits until it answers. */
  static async start(address: string): Promise<Prometheus> {
    const folder = await Deno.makeTempDir({ prefix: "kar-prometheus-" });
    const config = `${folder}/prometheus.yaml`;
    await Deno.writeTextFile(config, await prometheusConfig(address));
    const host = `127.0.0.1:${freePort()}`;
    const child = new Deno.Command("prometheus", {
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=${host}`,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const prometheus = new Prometheus(child, folder, `http://${host}`);
    await until("it answers", () => prometheus.#isReady());
    return prometheus;
  }

  /** Asks its HTTP API. */
  async get<T>(
    path: string,
    params: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const query = new URLSearchParams(params);
    const response = await fetch(`${this.#url}/api/v1/${path}?${query}`);
    return (await response.json()).data;
  }

  /** What a query in its own language gives now. */
  async query(query: string): Promise<Series[]> {
    const { result } = await this.get<{
      result: { metric: Record<string, string>; value: [number, string] }[];
    }>("query", { query });
    return result.map(({ metric, value: [, text] }) => ({
      metric,
      value: Number(text),
    }));
  }

  /** The value of a query with one series; NaN when there is not one. */
  async number(query: string): Promise<number> {
    const series = await this.query(query);
    return series.length === 1 ? series[0]!.value : NaN;
  }

  async #isReady(): Promise<boolean> {
    try {
      const response = await fetch(`${this.#url}/-/ready`);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}
