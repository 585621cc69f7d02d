/** A Chromium that is there already: nothing is downloaded. */

/** Where one may be; `KAR_CHROMIUM` names another one. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const FOLDERS = ["/usr/bin", "/usr/local/bin", "/snap/bin"];

/** Nothing of its own over the network, no GPU, letters drawn alike everywhere. */
export const CHROMIUM_ARGS: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
  "--font-render-hinting=none",
];

/** The path of a Chromium; null where none is found. */
export function findChromium(): string | null {
  const named = Deno.env.get("KAR_CHROMIUM");
  if (named) return named;
  const paths = FOLDERS.flatMap((folder) =>
    NAMES.map((name) => `${folder}/${name}`)
  );
  return paths.find(isThere) ?? null;
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
