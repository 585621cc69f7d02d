import type { PageData } from "../contract.ts";
import { Chart, type Surroundings } from "./charts/chart.ts";
import { ControlBar, takeToken } from "./control.ts";
import { box, el } from "./dom.ts";
import { Times } from "./format.ts";
import { fullRange, seriesOf, type Shown } from "./model.ts";
import { curvePanel } from "./panels/curve.ts";
import { proofTable, thresholdsTable } from "./panels/judged.ts";
import { costPanel, lagPanel } from "./panels/generator.ts";
import { kneePanel } from "./panels/knee.ts";
import { outcomesPanel } from "./panels/outcomes.ts";
import { ratePanel } from "./panels/rate.ts";
import { responsePanel } from "./panels/response.ts";
import { recoveryBlock } from "./panels/recovery.ts";
import { samplesBlock } from "./panels/samples.ts";
import { hasSpikes, spikesPanel } from "./panels/spikes.ts";
import {
  configBlock,
  endsTable,
  eventsList,
  partsTable,
  reasonsTable,
} from "./panels/tables.ts";
import { titleOf, verdictBlock } from "./panels/verdict.ts";
import { Readout } from "./readout.ts";
import { onTheme } from "./theme.ts";
import { View, type ViewChange } from "./view.ts";

/** Everything on the page, and what it shows at the moment. */
export class PageApp {
  readonly #control = new ControlBar(takeToken());
  readonly #view = new View((what) => this.#soon(what));
  /** What the next frame has to draw. */
  #wanted: ViewChange | "cursor" | null = null;
  readonly #readout = new Readout();
  readonly #title = el("p", "", { class: "title" });
  readonly #link = el("p", "", { class: "link" });
  readonly #targets = el("select");
  readonly #charts: Chart[];
  readonly #spikes: Chart;
  /** Blocks of text and tables, by name: made anew with each data. */
  readonly #blocks = new Map<string, HTMLElement>();
  #times = new Times("UTC");
  #data: PageData | null = null;
  #other: PageData | null = null;
  #cursor: number | null = null;

  constructor(root: HTMLElement) {
    const around: Surroundings = {
      times: () => this.#times,
      zoom: (window) => this.zoom(window),
      point: (sec) => this.#point(sec),
    };
    const chart = (spec: ReturnType<typeof ratePanel>) =>
      new Chart(spec, around);
    const [rate, response, curve, outcomes, knee, lag, cost] = [
      ratePanel(),
      responsePanel(),
      curvePanel(),
      outcomesPanel(),
      kneePanel(),
      lagPanel(),
      costPanel(),
    ].map(chart);
    this.#spikes = chart(spikesPanel());
    this.#charts = [rate!, response!, curve!, outcomes!, knee!, lag!, cost!];
    root.append(
      this.#header(),
      box(
        "main",
        "",
        this.#control.element,
        this.#block("verdict"),
        this.#card("Thresholds", "thresholds"),
        rate!.element,
        response!.element,
        box("div", "two", curve!.element, outcomes!.element),
        this.#card("By phase and target", "parts"),
        box("div", "two", this.#spikes.element, knee!.element),
        this.#card("Recovery after spikes", "recovery"),
        this.#card("Why requests failed", "reasons"),
        this.#card("Requests to look at", "samples"),
        this.#card("Proof: what was sent is what was planned", "proof"),
        box("div", "two", lag!.element, cost!.element),
        box(
          "div",
          "two",
          this.#card("How requests ended", "ends"),
          this.#card("What happened", "events"),
        ),
        this.#card("What was run", "config"),
      ),
      this.#readout.element,
    );
    addEventListener("resize", () => {
      for (const chart of this.#all()) chart.resize();
    });
    addEventListener("beforeprint", () => this.#unfold());
    onTheme(() => this.#all().forEach((each) => each.renew()));
  }

  /** Shows data, at once. */
  show(data: PageData, other: PageData | null): void {
    if (this.#data?.span.zone !== data.span.zone) {
      this.#times = new Times(data.span.zone);
    }
    this.#data = data;
    this.#other = other;
    this.#write(data);
    this.#draw();
  }

  /** Whether there is a server, and whether it takes orders. */
  link(text: string, control: boolean): void {
    this.#link.textContent = text;
    this.#control.element.hidden = !control;
  }

  /** Seconds since the epoch; null = everything. */
  zoom(window: readonly [from: number, to: number] | null): void {
    if (this.#data === null) return;
    const start = this.#data.span.fromMs / 1000;
    const [least, most] = fullRange(this.#data);
    this.#view.set({
      window: window && [
        Math.max(least, window[0]) - start,
        Math.min(most, window[1]) - start,
      ],
    });
  }

  /** Zooms by a factor around the middle, or moves by a share of what is seen. */
  move({ by = 0, scale = 1 }: { by?: number; scale?: number }): void {
    if (this.#data === null) return;
    const [from, to] = this.#range(this.#data);
    const [least, most] = fullRange(this.#data);
    const half = (to - from) / 2 * scale;
    const wanted = (from + to) / 2 + by * (to - from);
    const middle = Math.min(Math.max(wanted, least + half), most - half);
    const isAll = 2 * half >= most - least;
    this.zoom(isAll ? null : [middle - half, middle + half]);
  }

  /** Moves the cursor by so many columns, as a mouse would. */
  step(columns: number): void {
    if (this.#data === null) return;
    const [from, to] = this.#range(this.#data);
    const apart = this.#data.span.stepMs / 1000;
    const at = (this.#cursor ?? (columns > 0 ? from : to)) + columns * apart;
    const sec = Math.min(Math.max(at, from), to - apart / 2);
    this.#all().find(({ isTimed }) => isTimed)?.point(sec);
    this.#point(sec);
  }

  /** The next target, and after the last one all of them. */
  nextTarget(): void {
    const names = this.#data?.series.map(({ target }) => target) ?? [null];
    const at = names.indexOf(this.#view.target);
    this.#view.set({ target: names[(at + 1) % names.length] ?? null });
  }

  /** Takes the cursor away. */
  leave(): void {
    this.#point(null);
  }

  #header(): HTMLElement {
    this.#targets.setAttribute("aria-label", "Target");
    this.#targets.onchange = () =>
      this.#view.set({ target: this.#targets.value || null });
    const all = el("button", "Whole run", { title: "0, or a double click" });
    all.type = "button";
    all.onclick = () => this.zoom(null);
    return box(
      "header",
      "",
      box("h1", "", el("b", "kar")),
      this.#title,
      this.#link,
      box("div", "tools", this.#targets, all),
    );
  }

  #block(name: string): HTMLElement {
    const made = el("div", "", { class: "block" });
    this.#blocks.set(name, made);
    return made;
  }

  #card(title: string, name: string): HTMLElement {
    return box("section", "card", el("h2", title), this.#block(name));
  }

  #write(data: PageData): void {
    const put = (name: string, made: Node | null) => {
      const block = this.#blocks.get(name)!;
      // What somebody has unfolded stays so.
      const open = [...block.querySelectorAll("details")].map((each) =>
        each.open
      );
      block.replaceChildren(made ?? el("p", "None did."));
      block.querySelectorAll("details").forEach((each, i) =>
        each.open = open[i] ?? false
      );
    };
    // What there is nothing to say of takes no room.
    const optional = (name: string, made: Node | null) => {
      put(name, made);
      this.#blocks.get(name)!.parentElement!.hidden = made === null;
    };
    const other = this.#other && titleOf(this.#other, this.#times);
    this.#title.textContent = titleOf(data, this.#times) +
      (other === null ? "" : `; laid over it: ${other}`);
    put("verdict", verdictBlock(data, this.#other));
    put("parts", partsTable(data));
    optional("thresholds", thresholdsTable(data, this.#times));
    optional("recovery", recoveryBlock(data, this.#times));
    optional("samples", samplesBlock(data, this.#times));
    optional("proof", proofTable(data));
    put("reasons", reasonsTable(data));
    put("ends", endsTable(data));
    put("events", eventsList(data, this.#times));
    put("config", configBlock(data));
    const names = data.series.flatMap(({ target }) => target ?? []);
    if (names.length + 1 !== this.#targets.length) {
      this.#targets.replaceChildren(
        new Option("All targets", ""),
        ...names.map((name) => new Option(name, name)),
      );
    }
  }

  #range(data: PageData): [number, number] {
    const { window } = this.#view;
    const start = data.span.fromMs / 1000;
    if (window === null) return fullRange(data);
    return [start + window[0], start + window[1]];
  }

  /** Draws once a frame, however often it is asked to. */
  #soon(what: ViewChange | "cursor"): void {
    const isFirst = this.#wanted === null;
    if (isFirst || this.#wanted === "cursor" || what === "all") {
      this.#wanted = what;
    }
    if (!isFirst) return;
    requestAnimationFrame(() => {
      const wanted = this.#wanted;
      this.#wanted = null;
      if (wanted === "all") return this.#draw();
      const data = this.#data;
      if (data === null) return;
      const shown = this.#shown(data);
      if (wanted === "window") {
        for (const chart of this.#all()) chart.zoom(shown);
      }
      this.#readout.show(shown, this.#times, this.#cursor);
    });
  }

  #draw(): void {
    const data = this.#data;
    if (data === null) return;
    this.#targets.value = this.#view.target ?? "";
    const shown = this.#shown(data);
    for (const chart of this.#all()) chart.draw(shown);
    const spikes = hasSpikes(shown);
    this.#spikes.element.hidden = !spikes;
    this.#readout.show(shown, this.#times, this.#cursor);
    // Charts in sight are drawn in the frame that comes, at the latest in the next.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => document.documentElement.dataset.ready = "")
    );
  }

  #shown(data: PageData): Shown {
    return {
      data,
      other: this.#other,
      series: seriesOf(data, this.#view.target),
      range: this.#range(data),
    };
  }

  #point(sec: number | null): void {
    if (sec === this.#cursor) return;
    this.#cursor = sec;
    this.#soon("cursor");
  }

  #all(): readonly Chart[] {
    return [...this.#charts, this.#spikes];
  }

  #unfold(): void {
    for (const each of document.querySelectorAll("details")) each.open = true;
    for (const chart of this.#all()) chart.drawNow();
  }
}
