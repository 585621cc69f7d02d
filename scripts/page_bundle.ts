/**
 * Builds the browser's part of the page (`src/page/app`) into one script and
 * one style sheet, which the program carries as text. The same sources, the
 * same uPlot and the same Deno give the same bytes.
 */
import { ROOT } from "./packaging/program.ts";
import { run } from "./packaging/process.ts";

const APP = `${ROOT}/src/page/app`;
const BUNDLE = `${ROOT}/src/page/bundle`;
/** uPlot's own sheet; without it the cursor is lost. */
const UPLOT_CSS = "uplot/dist/uPlot.min.css";

/** Script and style of the page. */
export interface PageBundle {
  readonly js: string;
  readonly css: string;
}

/** Builds anew. @throws Error with what the bundler said */
export async function buildPage(): Promise<PageBundle> {
  const folder = await Deno.makeTempDir({ prefix: "kar-page-" });
  try {
    return {
      js: await script(`${folder}/page.js`),
      css: await sheet(`${folder}/page.css`),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What stands in the project. */
export async function committedPage(): Promise<PageBundle> {
  return {
    js: await Deno.readTextFile(`${BUNDLE}/page.js`),
    css: await Deno.readTextFile(`${BUNDLE}/page.css`),
  };
}

async function script(path: string): Promise<string> {
  await bundled(`${APP}/main.ts`, path);
  // Inside a page nothing but its own tag may end a script.
  return (await Deno.readTextFile(path)).trim()
    .replaceAll("</script", "<\\/script");
}

async function sheet(path: string): Promise<string> {
  const uplot = await Deno.readTextFile(
    new URL(import.meta.resolve(UPLOT_CSS)),
  );
  const own = await Deno.readTextFile(`${APP}/style.css`);
  await Deno.writeTextFile(path, `${uplot}\n${own}`);
  return minified(await Deno.readTextFile(path));
}

/** A sheet without comments and needless space. */
function minified(css: string): string {
  return css.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/\s+/g, " ")
    .replaceAll(/\s*([{};,>])\s*/g, "$1").replaceAll(/:\s+/g, ":")
    .replaceAll(";}", "}").trim();
}

async function bundled(from: string, to: string): Promise<void> {
  const { code, output } = await run(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--platform",
      "browser",
      "--minify",
      from,
      "-o",
      to,
    ],
    cwd: ROOT,
  });
  if (code !== 0) throw new Error(`The page could not be bundled:\n${output}`);
}

/** Writes what was built to where the program reads it. */
export async function writePage(): Promise<void> {
  const { js, css } = await buildPage();
  await Deno.mkdir(BUNDLE, { recursive: true });
  await Deno.writeTextFile(`${BUNDLE}/page.js`, js);
  await Deno.writeTextFile(`${BUNDLE}/page.css`, css);
}
