import type UPlot from 'uplot';
import type { Sample } from '../src/watching/sample.js';

declare const uPlot: typeof UPlot;

interface Line {
  readonly name: string;
  readonly of: (sample: Sample) => number | null | undefined;
}

interface ChartDescription {
  readonly title: string;
  readonly about: string;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
}

/** Samples that are drawn, an hour of seconds. */
const DRAWN = 3600;
const COLOURS = ['--first', '--second', '--third'];

const samples: Sample[] = [];

const round = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en');
const count = (value: number): string => Math.round(value).toLocaleString('en');
const percent = (value: number): string =>
  `${(100 * value).toLocaleString('en', { maximumFractionDigits: 1 })} %`;
const milliseconds = (value: number): string => `${round(value)} ms`;
const formatOf = (figure: string) => (figure.startsWith('accuracy') ? percent : round);
const titleOf = (figure: string): string => {
  const [kind = '', ...target] = figure.split('_');
  const title = { loss: 'Loss', accuracy: 'Accuracy', mae: 'Mean absolute error' }[kind] ?? kind;
  return target.length === 0 ? title : `${title} of ${target.join(' ')}`;
};

/** A card with its curves, drawn again with each sample. */
class Chart {
  readonly #description: ChartDescription;
  readonly #plot: HTMLElement;
  readonly #values: readonly HTMLElement[];
  #drawn: UPlot | undefined;

  constructor(description: ChartDescription) {
    this.#description = description;
    const card = element('section', 'card', [
      element('h2', '', [description.title]),
      element('p', '', [description.about]),
    ]);
    this.#values = description.lines.map(() => element('b', '', ['–']));
    const legend = description.lines.map(({ name }, i) =>
      element('li', '', [
        element('span', ['swatch', 'swatch second', 'swatch third'][i] ?? 'swatch', []),
        name,
        this.#values[i] as HTMLElement,
      ]),
    );
    this.#plot = element('div', 'plot', []);
    card.append(element('ul', 'legend', legend), this.#plot);
    document.getElementById('charts')?.append(card);
    new ResizeObserver(() => this.#drawn?.setSize(this.#size())).observe(this.#plot);
  }

  /** Colours are drawn, not styled: another theme needs another drawing. */
  restyle(): void {
    this.#drawn?.destroy();
    this.#drawn = undefined;
    this.draw();
  }

  draw(): void {
    const { lines, format } = this.#description;
    const data = [
      samples.map(({ time }) => time / 1000),
      ...lines.map(({ of }) => samples.map((sample) => of(sample) ?? null)),
    ] as UPlot.AlignedData;
    if (this.#drawn === undefined) this.#drawn = new uPlot(this.#options(), data, this.#plot);
    else this.#drawn.setData(data);
    for (const [i, { of }] of lines.entries()) {
      const value = samples.length === 0 ? undefined : of(samples.at(-1) as Sample);
      (this.#values[i] as HTMLElement).textContent = value == null ? '–' : format(value);
    }
  }

  #size(): { width: number; height: number } {
    return { width: this.#plot.clientWidth, height: 220 };
  }

  #options(): UPlot.Options {
    const { lines, format } = this.#description;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const axis: UPlot.Axis = {
      stroke: colour('--quiet'),
      grid: { stroke: colour('--rule'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    };
    return {
      ...this.#size(),
      legend: { show: false },
      padding: [10, 28, 0, 0],
      hooks: { draw: [drawDrifts(colour('--quiet'))] },
      scales: { y: { range: (_, least, most) => rangeOf(least, most) } },
      series: [
        {},
        ...lines.map(
          ({ name }, i): UPlot.Series => ({
            label: name,
            stroke: colour(COLOURS[i] as string),
            width: 2,
            points: { show: samples.length < 3 },
            spanGaps: false,
          }),
        ),
      ],
      axes: [
        { ...axis, size: 30, space: 90, values: (_, times) => times.map(timeOf) },
        { ...axis, size: 64, values: (_, values) => values.map(format) },
      ],
    };
  }
}

/** A dashed line where a drift was found. */
function drawDrifts(colour: string): (plot: UPlot) => void {
  return (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    for (const [i, { time, drifts }] of samples.entries()) {
      if (i === 0 || drifts <= (samples[i - 1] as Sample).drifts) continue;
      const x = plot.valToPos(time / 1000, 'x', true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  };
}

/** From 0, or around values that are far from it. */
function rangeOf(least: number | null, most: number | null): [number, number] {
  if (least === null || most === null) return [0, 1];
  const [low, high] = [Math.min(least, 0), most];
  const from = least > 0.7 * most ? least - 0.2 * (most - least) : low;
  return from === high
    ? [from === 0 ? 0 : from * 0.9, high === 0 ? 1 : high * 1.1]
    : [from, high + 0.05 * (high - from)];
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB');
}

function element(tag: string, name: string, children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (name !== '') made.className = name;
  made.append(...children);
  return made;
}

let charts: Chart[] = [];
let shown = '';

/** A chart for each figure that the service has, and those that every service has. */
function descriptions({ window, served }: Sample): readonly ChartDescription[] {
  const figures = Object.keys(window ?? {}).map((name): ChartDescription => {
    const lines = [
      { name: 'recent', of: (sample: Sample) => sample.window?.[name] },
      { name: 'all', of: (sample: Sample) => sample.all?.[name] },
    ];
    return {
      title: titleOf(name),
      about: 'Each event is predicted before it is learned from; dashed where the loss has changed',
      lines:
        served === undefined
          ? lines
          : [...lines, { name: 'served model', of: (sample) => sample.served?.[name] }],
      format: formatOf(name),
    };
  });
  return [
    ...figures,
    {
      title: 'Throughput',
      about: 'Each second',
      lines: [
        { name: 'rows predicted', of: ({ predicted }) => predicted },
        ...(window === undefined ? [] : [{ name: 'events learned', of: ({ learned }: Sample) => learned }]),
      ],
      format: count,
    },
    {
      title: 'Latency',
      about: 'Of requests for predictions, and how late the event loop is',
      lines: [
        { name: 'median', of: ({ p50 }) => p50 },
        { name: 'p99', of: ({ p99 }) => p99 },
        { name: 'p99 of the delay', of: ({ delay }) => delay },
      ],
      format: milliseconds,
    },
  ];
}

function showFigures(sample: Sample): void {
  const { window, updates, version, predicted, learned, p99, drifts } = sample;
  const figures: [string, string][] = [
    ...Object.entries(window ?? {}).map(([name, value]): [string, string] => [
      `recent ${titleOf(name).toLowerCase()}`,
      value === null ? '–' : formatOf(name)(value),
    ]),
    ...(window === undefined
      ? []
      : ([
          ['events learned', count(updates)],
          ['version served', count(version)],
          ['learned a second', count(learned)],
          ['drifts found', count(drifts)],
        ] as [string, string][])),
    ['predicted a second', count(predicted)],
    ['p99 latency', p99 === null ? '–' : milliseconds(p99)],
  ];
  document
    .getElementById('figures')
    ?.replaceChildren(
      ...figures.map(([name, value]) =>
        element('div', '', [element('dt', '', [name]), element('dd', '', [value])]),
      ),
    );
}

/** Draws what has come, once a frame at the most. */
let isAsked = false;
function draw(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    const last = samples.at(-1);
    if (last === undefined) return;
    const wanted = descriptions(last);
    const names = JSON.stringify(wanted.map(({ title, lines }) => [title, lines.length]));
    if (names !== shown) {
      shown = names;
      document.getElementById('charts')?.replaceChildren();
      charts = wanted.map((description) => new Chart(description));
    }
    showFigures(last);
    for (const chart of charts) chart.draw();
  });
}

const state = document.getElementById('state') as HTMLElement;
const feed = new EventSource('/live');
feed.onmessage = ({ data }: MessageEvent<string>) => {
  samples.push(JSON.parse(data) as Sample);
  if (samples.length > DRAWN) samples.shift();
  draw();
};
feed.onopen = () => {
  state.textContent = 'Live';
  state.className = '';
};
feed.onerror = () => {
  state.textContent = 'The service does not answer; trying again…';
  state.className = 'lost';
};
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const chart of charts) chart.restyle();
});
