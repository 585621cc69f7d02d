import { chromium } from "playwright-core";
import { startEcho } from "../../src/echo/mod.ts";
import { CHROMIUM_ARGS, findChromium } from "../chromium.ts";
import { ROOT } from "../packaging/program.ts";

/** Two columns of a README show it sharp. */
const SIZE = { width: 1240, height: 1010 };
/** Long enough for some spikes. */
const RUN_MS = 75_000;
/** Requests a second that the server takes: less than a spike asks for. */
const CAPACITY = 270;

const CONFIG = `
targets:
  - { name: api, url: "http://127.0.0.1:PORT/api/users", weight: 70 }
  - { name: health, url: "http://127.0.0.1:PORT/api/health", weight: 30 }
controller: { base_tps: 130, max_tps: 600, ramp_up_duration: 6s }
pattern:
  poisson: { lambda: 0.05, spike_factor: 3, ramp_up: 2s, ramp_down: 6s }
timezone: Europe/Berlin
metrics: { enabled: false }
ui: { enabled: true, address: "127.0.0.1:0" }
`;

/** Takes the live page of a real run, with the forecast at its right. @param path of the picture, a PNG */
export async function takePage(path: string): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error("No Chromium was found: KAR_CHROMIUM may name one");
  }
  const server = await startEcho({
    port: 0,
    faults: {
      capacity: CAPACITY,
      errorShare: 0.004,
      latency: { kind: "log_normal", medianMs: 12, sigma: 0.5 },
    },
  });
  const folder = await Deno.makeTempDir({ prefix: "kar-pictures-" });
  try {
    const file = `${folder}/kar.yaml`;
    const port = String(server.ports.http);
    await Deno.writeTextFile(file, CONFIG.replaceAll("PORT", port));
    await using run = await startRun(file);
    const browser = await chromium.launch({
      executablePath,
      args: [...CHROMIUM_ARGS],
    });
    try {
      const page = await browser.newPage({ viewport: SIZE });
      await page.goto(run.url);
      await page.waitForSelector("html[data-ready]");
      await page.waitForTimeout(RUN_MS);
      await page.screenshot({ path });
    } finally {
      await browser.close();
    }
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

/** A real kar, until nobody needs it any more. */
async function startRun(
  file: string,
): Promise<AsyncDisposable & { readonly url: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}/main.ts`, "run", "--config", file],
    env: { DENO_TOKIO_EVENT_INTERVAL: "1" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines = child.stderr.pipeThrough(new TextDecoderStream());
  const told = Promise.withResolvers<string>();
  void (async () => {
    let text = "";
    for await (const more of lines) {
      text += more;
      const url = /Page on (\S+)/.exec(text)?.[1];
      if (url !== undefined) told.resolve(url);
    }
    told.reject(new Error(`kar has ended:\n${text}`));
  })();
  return {
    url: await told.promise,
    async [Symbol.asyncDispose]() {
      child.kill("SIGINT");
      await child.status;
    },
  };
}
