/** How servers write a request; lengths as in real logs. */
type WriteLine = (request: LoggedRequest) => string;

interface LoggedRequest {
  readonly ms: number;
  readonly path: string;
  readonly client: string;
  readonly tookMs: number;
}

const AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
/** Requests of a made log: some 100 a second, so that it lasts for half an hour. */
const REQUESTS = 200_000;
const BETWEEN_MS = 10;
const FROM_MS = Date.UTC(2026, 8, 7, 9);
const CLIENTS = 20_000;
const ITEMS = 5000;

/** Formats by which logs are made, as `kar learn --format` calls them. */
export const LOG_LINES: Readonly<Record<string, WriteLine>> = {
  combined: ({ ms, path, client }) =>
    `${client} - - [${
      clf(ms)
    }] "GET ${path} HTTP/1.1" 200 5120 "https://shop.example/" "${AGENT}"`,
  caddy: ({ ms, path, client, tookMs }) =>
    JSON.stringify({
      level: "info",
      ts: ms / 1000,
      logger: "http.log.access.log0",
      msg: "handled request",
      request: {
        ...{ remote_ip: client, remote_port: "41342", client_ip: client },
        ...{ proto: "HTTP/2.0", method: "GET", host: "shop.example" },
        uri: path,
        headers: {
          "User-Agent": [AGENT],
          "Accept-Encoding": ["gzip, deflate, br, zstd"],
          Accept: ["text/html,application/xhtml+xml,application/xml;q=0.9"],
          Cookie: ["REDACTED"],
        },
        tls: { resumed: false, version: 772, cipher_suite: 4865, proto: "h2" },
      },
      ...{ bytes_read: 0, user_id: "", duration: tookMs / 1000, size: 5120 },
      status: 200,
      resp_headers: {
        Server: ["Caddy"],
        "Content-Type": ["text/html; charset=utf-8"],
      },
    }),
  json: ({ ms, path, client, tookMs }) =>
    JSON.stringify({
      ...{ time: new Date(ms).toISOString(), remote_addr: client },
      ...{ method: "GET", path, protocol: "HTTP/1.1", status: 200 },
      ...{ bytes: 5120, duration_ms: tookMs },
    }),
  envoy: ({ ms, path, client, tookMs }) =>
    `[${
      new Date(ms).toISOString()
    }] "GET ${path} HTTP/2" 200 - 0 5120 ${tookMs} ${tookMs} "${client}" "${AGENT}" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "shop.example" "10.0.2.1:80"`,
  alb: ({ ms, path, client, tookMs }) =>
    `https ${
      micros(ms + tookMs)
    } app/shop/50dc6c495c0c9188 ${client}:2817 10.0.0.1:80 0.000 ${
      (tookMs / 1000).toFixed(3)
    } 0.000 200 200 34 5120 "GET https://shop.example:443${path} HTTP/1.1" "${AGENT}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "shop.example" "arn:aws:acm:eu-central-1:123456789012:certificate/12345678" 0 ${
      micros(ms)
    } "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"`,
};

/** A log of visitors of a shop, in order of time. */
export function madeLog(write: WriteLine): Uint8Array {
  let state = 1;
  const below = (n: number) => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223 | 0;
    return Math.floor((state >>> 0) / 2 ** 32 * n);
  };
  const lines: string[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    const client = below(CLIENTS);
    lines.push(write({
      ms: FROM_MS + i * BETWEEN_MS,
      path: pathOf(below(100), below(ITEMS)),
      client: `10.${client >> 16}.${(client >> 8) & 255}.${client & 255}`,
      tookMs: 1 + below(80),
    }));
  }
  return new TextEncoder().encode(lines.join("\n") + "\n");
}

function pathOf(kind: number, item: number): string {
  if (kind < 50) return `/items/${item}`;
  if (kind < 70) return `/search?q=word${item}&page=2`;
  if (kind < 80) return `/static/app.${(item * 7919).toString(16)}0af1.js`;
  return kind < 90 ? "/" : "/cart";
}

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

function clf(ms: number): string {
  const iso = new Date(ms).toISOString();
  const month = Number(iso.slice(5, 7)) - 1;
  return `${iso.slice(8, 10)}/${MONTHS.slice(3 * month, 3 * month + 3)}/${
    iso.slice(0, 4)
  }:${iso.slice(11, 19)} +0000`;
}

function micros(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}
