import { KarError } from "../../base/mod.ts";
import { EXPORTERS } from "../../report/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { PageData } from "../../page/mod.ts";

/** A run that has ended, with all that a file may be made of. */
export interface EndedRun {
  readonly snapshot: Snapshot;
  /** What happened second by second; null = nothing that is made of it was asked for. */
  readonly page: EndedPage | null;
}

/** Where the page of a run comes from: whoever followed it, or its record. */
export interface EndedPage {
  data(snapshot: Snapshot): PageData | Promise<PageData>;
  /** Another run, laid over this one. */
  readonly other?: PageData;
  /** Response times by interval, as HdrHistogram's log. */
  hdrLog(): string | Promise<string>;
}

/** A format of `--out`. */
export interface OutFormat {
  readonly about: string;
  /** The whole file, with a final newline. */
  readonly render: (ended: EndedRun) => string | Promise<string>;
  /** Whether it is made of a record. */
  readonly needsRecord?: true;
}

/** What the last snapshot is enough for. */
const OF_SNAPSHOT = Object.entries(EXPORTERS).map((
  [name, { about, render }],
): [string, OutFormat] => [
  name,
  { about, render: ({ snapshot }) => render(snapshot) },
]);

/** Every format of `--out FORMAT=FILE`, by its name. */
export const OUT_FORMATS: ReadonlyMap<string, OutFormat> = new Map([
  ...OF_SNAPSHOT,
  ["hlog", {
    about: EXPORTERS.hlog.about,
    render: ({ snapshot, page }) =>
      page?.hdrLog() ?? EXPORTERS.hlog.render(snapshot),
    needsRecord: true,
  }],
  ["html", {
    about: "the page, in one file",
    render: renderHtml,
    needsRecord: true,
  }],
]);

async function renderHtml({ snapshot, page }: EndedRun): Promise<string> {
  if (page === null) throw new KarError("bug", "The run has no record");
  const { renderPage } = await import("../../page/mod.ts");
  return await renderPage(await page.data(snapshot), page.other ?? null);
}
