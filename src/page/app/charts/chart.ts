import uPlot from "uplot";
import type { Figure, Key } from "../dom.ts";
import type { Times } from "../format.ts";
import type { Shown } from "../model.ts";

/** What a chart may ask of the page around it. */
export interface Surroundings {
  readonly times: () => Times;
  /** Seconds since the epoch; null = everything. */
  readonly zoom: (window: readonly [from: number, to: number] | null) => void;
  /** The cursor stands over a time; null = over nothing. */
  readonly point: (sec: number | null) => void;
}

/** Lists of one length. */
export type Lines = readonly (readonly (number | null)[])[];

/** What is particular to one chart. */
export interface ChartSpec {
  readonly figure: Figure;
  readonly height: number;
  /** Whether its x axis is the page's time, with one cursor for all. */
  readonly isTimed: boolean;
  readonly keys: (shown: Shown) => readonly Key[];
  /** Everything but size, x scale and data. */
  readonly options: (
    shown: () => Shown,
    around: Surroundings,
  ) => Omit<uPlot.Options, "width" | "height">;
  /** x first, then each line. */
  readonly data: (shown: Shown) => Lines;
  /** Another text asks for other lines, so that the chart is made anew. */
  readonly lines?: (shown: Shown) => string;
  /** Why there is nothing to draw; null = there is. An empty chart says less than a sentence. */
  readonly nothing?: (shown: Shown) => string | null;
  /** What is to be seen, in a sentence. */
  readonly say?: (shown: Shown) => string;
}

const SYNC = "time";
/** The last label is cut without room at the right. */
const PADDING: uPlot.Padding = [8, 36, 0, 0];
const WIDTH_MIN = 280;
/** A shorter drag is a click. */
const DRAG_PX_MIN = 6;

/** How near a chart is to the window before it is drawn. */
const NEAR = "300px";

/**
 * One chart: made when it first comes into sight, then given new data; made
 * again when its lines or the theme change. A chart that is out of sight costs
 * nothing.
 */
export class Chart {
  readonly element: HTMLElement;
  readonly #spec: ChartSpec;
  readonly #around: Surroundings;
  #plot: uPlot | null = null;
  #shown: Shown | null = null;
  #lines = "";
  #isNear = false;
  /** What is shown is not drawn yet. */
  #isStale = false;

  constructor(spec: ChartSpec, around: Surroundings) {
    this.#spec = spec;
    this.#around = around;
    this.element = spec.figure.element;
    spec.figure.room.style.minHeight = `${spec.height}px`;
    const look = new IntersectionObserver((entries) => {
      // A busy browser tells several at once; only the last one still holds.
      this.#isNear = entries.at(-1)!.isIntersecting;
      if (this.#isNear && this.#isStale) this.drawNow();
    }, { rootMargin: NEAR });
    look.observe(this.element);
  }

  /** Draws what is shown now, as soon as it is in sight. */
  draw(shown: Shown): void {
    this.#shown = shown;
    this.#isStale = true;
    if (this.#isNear) this.drawNow();
  }

  /** Shows another window of the same data. */
  zoom(shown: Shown): void {
    if (!this.#spec.isTimed) return;
    const isSame = shown.data === this.#shown?.data &&
      (this.#spec.lines?.(shown) ?? "") === this.#lines;
    if (this.#isStale || !this.#isNear || this.#plot === null || !isSame) {
      return this.draw(shown);
    }
    this.#shown = shown;
    this.#scale(shown);
  }

  /** Draws, in sight or not. */
  drawNow(): void {
    const shown = this.#shown;
    if (shown === null) return;
    this.#isStale = false;
    const { figure, keys, lines, say, data, nothing } = this.#spec;
    const why = nothing?.(shown) ?? null;
    figure.empty(why);
    if (why !== null) return this.#forget();
    figure.keys(keys(shown));
    if (say !== undefined) figure.say(say(shown));
    const wanted = lines?.(shown) ?? "";
    if (this.#plot === null || wanted !== this.#lines) {
      this.#lines = wanted;
      return this.#make();
    }
    this.#plot.batch(() => {
      this.#plot!.setData(aligned(data(shown)), false);
      this.#scale(shown);
    });
  }

  /** Takes the width that there is. */
  resize(): void {
    this.#plot?.setSize({ width: this.#width(), height: this.#spec.height });
  }

  /** Draws anew from the beginning: colours are read when it is drawn. */
  renew(): void {
    this.#forget();
    if (this.#shown !== null) this.draw(this.#shown);
  }

  #forget(): void {
    this.#plot?.destroy();
    this.#plot = null;
  }

  #make(): void {
    if (this.#shown === null) return;
    this.#plot?.destroy();
    const options = this.#spec.options(() => this.#shown!, this.#around);
    this.#plot = new uPlot(
      {
        padding: PADDING,
        legend: { show: false },
        ...options,
        ...(this.#spec.isTimed ? timed(options, this.#around) : {}),
        scales: this.#scales(options),
        width: this.#width(),
        height: this.#spec.height,
      },
      aligned(this.#spec.data(this.#shown)),
      this.#spec.figure.room,
    );
    this.#scale(this.#shown);
  }

  /** Moves the cursor to a time, as a mouse would. */
  point(sec: number): void {
    const plot = this.#plot;
    if (plot === null) return;
    plot.setCursor({ left: plot.valToPos(sec, "x"), top: 10 }, true);
  }

  get isTimed(): boolean {
    return this.#spec.isTimed;
  }

  #scales(options: Pick<uPlot.Options, "scales">): uPlot.Scales {
    const scales = options.scales ?? {};
    if (!this.#spec.isTimed) return scales;
    const range = (): [number, number] => [...this.#shown!.range];
    return { ...scales, x: { time: true, auto: false, range } };
  }

  #scale({ range: [min, max] }: Shown): void {
    if (this.#spec.isTimed) this.#plot!.setScale("x", { min, max });
    else this.#plot!.setData(aligned(this.#spec.data(this.#shown!)), true);
  }

  #width(): number {
    return Math.max(WIDTH_MIN, this.#spec.figure.room.clientWidth);
  }
}

/** uPlot changes none of them, though its types do not say so. */
function aligned(lines: Lines): uPlot.AlignedData {
  return lines as unknown as uPlot.AlignedData;
}

/** What all charts over time have in common: one cursor, and a drag that zooms all of them. */
function timed(
  options: Omit<uPlot.Options, "width" | "height">,
  { times, zoom, point }: Surroundings,
): Partial<uPlot.Options> {
  const zone = times().zone;
  return {
    tzDate: (sec) => uPlot.tzDate(new Date(sec * 1000), zone),
    cursor: {
      ...options.cursor,
      // A drag is one chart's alone: all of them follow what it zooms to.
      sync: {
        key: SYNC,
        filters: {
          pub: (type) => type.startsWith("mousem") || type === "mouseleave",
        },
      },
      drag: { x: true, y: false, setScale: false, dist: DRAG_PX_MIN },
      bind: { dblclick: () => () => (zoom(null), null) },
    },
    hooks: {
      ...options.hooks,
      setSelect: [(plot) => {
        const { left, width } = plot.select;
        if (width < DRAG_PX_MIN) return;
        const from = plot.posToVal(left, "x");
        const to = plot.posToVal(left + width, "x");
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        zoom([from, to]);
      }],
      setCursor: [(plot) => {
        const { left } = plot.cursor;
        const isOver = left !== undefined && left >= 0;
        point(isOver ? plot.posToVal(left, "x") : null);
      }],
    },
  };
}
