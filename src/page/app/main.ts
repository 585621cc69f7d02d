/**
 * The page in the browser. With data inside it shows them; without, it follows
 * the server that it came from.
 */
import { box, el } from "./dom.ts";
import { type KeyBinding, listen } from "./keys.ts";
import { PageApp } from "./page.ts";
import { detail, follow, frozen } from "./live/source.ts";

/** Shares of what is seen by which keys move and zoom. */
const MOVE = 0.25;
const ZOOM = 2;

function keysOf(page: PageApp, help: HTMLDialogElement): KeyBinding[] {
  return [
    { key: "ArrowRight", does: "next column", run: () => page.step(1) },
    { key: "ArrowLeft", does: "column before", run: () => page.step(-1) },
    { key: "+", does: "zoom in", run: () => page.move({ scale: 1 / ZOOM }) },
    { key: "-", does: "zoom out", run: () => page.move({ scale: ZOOM }) },
    { key: ".", does: "later", run: () => page.move({ by: MOVE }) },
    { key: ",", does: "earlier", run: () => page.move({ by: -MOVE }) },
    { key: "0", does: "the whole run", run: () => page.zoom(null) },
    { key: "t", does: "next target", run: () => page.nextTarget() },
    { key: "s", does: "next scenario", run: () => page.nextScenario() },
    {
      key: "Escape",
      does: "put the cursor away, close this",
      run: () => (help.close(), page.leave()),
    },
    { key: "?", does: "this list", run: () => help.showModal() },
  ];
}

function helpOf(keys: readonly KeyBinding[], help: HTMLDialogElement): void {
  const close = el("button", "Close");
  close.type = "button";
  close.onclick = () => help.close();
  help.append(
    el("h2", "Keys"),
    box(
      "dl",
      "keylist",
      ...keys.flatMap(({ key, does }) => [
        box("dt", "", el("kbd", key)),
        el("dd", does),
      ]),
    ),
    el("p", "Drag over a chart to zoom; a double click shows the whole run."),
    close,
  );
}

async function main(): Promise<void> {
  const root = el("div", "", { class: "page" });
  const help = el("dialog");
  help.setAttribute("aria-label", "Keys");
  document.body.append(root, help);
  const page = new PageApp(root);
  const keys = keysOf(page, help);
  helpOf(keys, help);
  listen(keys);
  const data = await frozen("data");
  if (data !== null) return page.show(data, await frozen("with"));
  page.detail = detail;
  let mayControl = false;
  follow({
    data(data, { control, other }) {
      mayControl = control;
      page.show(data, other);
    },
    link(state) {
      page.link(
        { live: "live", lost: "connection lost, trying again", over: "ended" }[
          state
        ],
        mayControl && state === "live",
      );
    },
  });
}

await main();
