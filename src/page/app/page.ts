import type { PageData } from "../contract.ts";
import { Blocks } from "./blocks.ts";
import { Chart, type Surroundings } from "./charts/chart.ts";
import { type AskDetail, ZoomDetail } from "./live/zoom_detail.ts";
import { ControlBar, takeToken } from "./live/control.ts";
import { box, el } from "./dom.ts";
import { NameSelect } from "./filter/name_select.ts";
import { withinScenario } from "./filter/scenario.ts";
import { span, Times } from "./format.ts";
import { fullRange, seriesOf, type Shown } from "./model.ts";
import { curvePanel } from "./panels/curve.ts";
import { costPanel, lagPanel } from "./panels/generator.ts";
import { kneePanel } from "./panels/knee.ts";
import { outcomesPanel } from "./panels/outcomes.ts";
import { ratePanel } from "./panels/rate.ts";
import { responsePanel } from "./panels/response.ts";
import { hasSpikes, spikesPanel } from "./panels/spikes.ts";
import { titleOf } from "./words/verdict.ts";
import { Readout } from "./readout.ts";
import { onTheme } from "./theme.ts";
import { View, type ViewChange } from "./view.ts";

/** For readers who do not know the chart. */
const ABOUT =
  "kar sends planned, irregular traffic, measures from the instant at which each request was due, and shows what was planned beside what came of it.";

/** Side by side where there is room; what is alone takes all of it. */
function two(...parts: HTMLElement[]): HTMLElement {
  return box("div", "two", ...parts);
}

/** Everything on the page, and what it shows at the moment. */
export class PageApp {
  readonly #control = new ControlBar(takeToken());
  readonly #view = new View((what) => this.#soon(what));
  /** What the next frame has to draw. */
  #wanted: ViewChange | "cursor" | null = null;
  readonly #detail = new ZoomDetail(() => this.#soon("all"));
  readonly #readout = new Readout();
  readonly #title = el("p", "", { class: "title" });
  readonly #steps = el("p", "", { class: "steps" });
  readonly #link = el("p", "", { class: "link" });
  readonly #targets = new NameSelect("Target", {
    all: "All targets",
    chosen: (target) => this.#view.set({ target }),
  });
  readonly #scenarios = new NameSelect("Scenario", {
    all: "All scenarios",
    chosen: (scenario) => this.#view.set({ scenario }),
  });
  readonly #charts: Chart[];
  readonly #spikes: Chart;
  readonly #blocks = new Blocks();
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
    const { card } = this.#blocks;
    root.append(
      this.#header(),
      box(
        "main",
        "",
        this.#control.element,
        this.#blocks.block("verdict"),
        card("Thresholds", "thresholds"),
        rate!.element,
        response!.element,
        two(curve!.element, outcomes!.element),
        card("By phase and target", "parts"),
        card("Journeys", "journeys"),
        two(this.#spikes.element, knee!.element),
        two(
          card("Recovery after spikes", "recovery"),
          card("Why requests failed", "reasons"),
          card("Requests to look at", "samples"),
          card("Proof: what was sent is what was planned", "proof"),
        ),
        two(lag!.element, cost!.element),
        two(
          card("How requests ended", "ends"),
          card("What happened", "events"),
        ),
        card("What was run", "config"),
      ),
      el("footer", ABOUT),
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

  /** Where finer columns come from. */
  set detail(ask: AskDetail) {
    this.#detail.ask = ask;
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
    this.#view.set({ target: this.#targets.after(this.#view.target) });
  }

  /** The next scenario, and after the last one all of them. */
  nextScenario(): void {
    this.#view.set({ scenario: this.#scenarios.after(this.#view.scenario) });
  }

  /** Takes the cursor away. */
  leave(): void {
    this.#point(null);
  }

  #header(): HTMLElement {
    const all = el("button", "Whole run", { title: "0, or a double click" });
    all.type = "button";
    all.onclick = () => this.zoom(null);
    return box(
      "header",
      "",
      box("h1", "", el("b", "kar")),
      this.#title,
      this.#steps,
      this.#link,
      box("div", "tools", this.#targets.element, this.#scenarios.element, all),
    );
  }

  #write(data: PageData): void {
    const other = this.#other && titleOf(this.#other, this.#times);
    this.#title.textContent = titleOf(data, this.#times) +
      (other === null ? "" : `; laid over it: ${other}`);
    this.#blocks.write(data, this.#other, this.#times);
    this.#targets.offer(data.series.flatMap(({ target }) => target ?? []));
    this.#scenarios.offer(data.scenarios?.map(({ name }) => name) ?? []);
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
        this.#sayStep(shown);
      }
      this.#readout.show(shown, this.#times, this.#cursor);
    });
  }

  #draw(): void {
    const data = this.#data;
    if (data === null) return;
    this.#targets.show(this.#view.target);
    this.#scenarios.show(this.#view.scenario);
    const shown = this.#shown(data);
    const whole = { ...shown, ...this.#chosen(data) };
    for (const chart of this.#all()) {
      chart.draw(chart.isTimed ? shown : whole);
    }
    this.#sayStep(shown);
    const spikes = hasSpikes(whole);
    this.#spikes.element.hidden = !spikes;
    this.#readout.show(shown, this.#times, this.#cursor);
    // Charts in sight are drawn in the frame that comes, at the latest in the next.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => document.documentElement.dataset.ready = "")
    );
  }

  #shown(whole: PageData): Shown {
    const range = this.#range(whole);
    const data = this.#view.window === null
      ? whole
      : this.#detail.of(whole, range);
    const startMs = whole.span.fromMs;
    return { ...this.#chosen(data), other: this.#other, range, startMs };
  }

  /** What is left of it by target and scenario. */
  #chosen(data: PageData): Pick<Shown, "data" | "series"> {
    const { target, scenario } = this.#view;
    return withinScenario(data, seriesOf(data, target), scenario);
  }

  /** How finely time is told apart: a file has no more than what is in it. */
  #sayStep({ data: { span: { stepMs } } }: Shown): void {
    const step = span(stepMs);
    this.#steps.textContent = this.#detail.ask === null
      ? `frozen in columns of ${step}`
      : `columns of ${step}`;
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
