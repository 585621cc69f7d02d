import css from "./bundle/page.css" with { type: "text" };
import js from "./bundle/page.js" with { type: "text" };
import type { PageData } from "./contract.ts";

/** What may follow a policy, and what it asks for. */
interface Policy {
  /** Where the page may connect to; null = nowhere. */
  readonly connect: string | null;
}

const TITLE = "kar";
/** Written so that no name inside the data can end its element. */
const DATA_TYPE = "text/plain";

/** Where script and style may come from: their text, and nothing else. */
export async function policyOf({ connect }: Policy): Promise<string> {
  return [
    "default-src 'none'",
    `script-src ${await hashOf(js)}`,
    `style-src ${await hashOf(css)}`,
    ...(connect === null ? [] : [`connect-src ${connect}`]),
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** The page with its data inside: one file that loads nothing. */
export async function renderPage(
  data: PageData,
  other: PageData | null = null,
): Promise<string> {
  const policy = await policyOf({ connect: null });
  return document(
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    await dataBlock("data", data) +
      (other === null ? "" : await dataBlock("with", other)),
  );
}

/** The page that asks the server it came from for its data. */
export function renderLivePage(): string {
  return document("", "");
}

function document(policy: string, data: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${policy}
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${TITLE}</title>
<style>${css}</style>
</head>
<body>
<noscript>This page draws itself with JavaScript, which is off.</noscript>
${data}<script type="module">${js}</script>
</body>
</html>
`;
}

async function dataBlock(id: string, data: PageData): Promise<string> {
  const packed = await gzip(new TextEncoder().encode(JSON.stringify(data)));
  return `<script type="${DATA_TYPE}" id="${id}">${packed.toBase64()}</script>\n`;
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([bytes]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

async function hashOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return `'sha256-${new Uint8Array(hash).toBase64()}'`;
}
