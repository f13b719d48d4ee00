import { type Html, html, nothing } from './html.js';
import type { Scale } from './scale.js';

/** One axis of a chart. */
export interface Axis {
  readonly label: string;
  readonly scale: Scale;
  readonly formatTick: (value: number) => string;
}

/** A row of points that belong together. */
export interface Series {
  readonly name: string;
  /** `line`: the line to read; `faint`: the noise that it came from; `dots`: a dot and its value at each point. */
  readonly look: 'line' | 'faint' | 'dots';
  readonly points: readonly (readonly [x: number, y: number])[];
  /** The value beside a dot. */
  readonly format?: (y: number) => string;
}

/** A vertical line with what it stands for. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

/** What is to be drawn, and what is to be said of it to those who do not see it. */
export interface LineChart {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, in a sentence that stands in for it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Places on the x axis to mark by a line, as the end of an epoch. */
  readonly marks: readonly Mark[];
  readonly series: readonly Series[];
}

/** Side of the square that lines are drawn in: it is stretched to the chart's size, and text is not. */
const SIDE = 1000;

/** A chart that keeps its height, its line widths and its text sizes at any width. */
export function lineChart(chart: LineChart): Html {
  const { id, title, description, x, y, marks, series } = chart;
  return html`<svg class="plot" role="img" aria-labelledby="${id}-title ${id}-description">
<title id="${id}-title">${title}</title>
<desc id="${id}-description">${description}</desc>
${y.scale.ticks.map((tick) => horizontal(y, tick))}
${x.scale.ticks.map((tick) => under(x, tick))}
${marks.map((mark) => vertical(x, mark))}
<text class="axis" x="100%" y="100%" dy="38" text-anchor="end">${x.label}</text>
<svg viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none" width="100%" height="100%" overflow="visible">
${series.map((one) => html`<path class="${one.look}" d="${pathOf(one, x.scale, y.scale)}"/>`)}
</svg>
${series.filter((one) => one.look === 'dots').map((one) => dots(one, x, y))}
</svg>`;
}

/** The names of a chart's series, each beside what it looks like. */
export function legend(chart: LineChart): Html {
  if (chart.series.length < 2) return nothing;
  return html`<ul class="legend">${chart.series.map(
    (one) => html`<li><span class="swatch ${one.look}"></span>${one.name}</li>`,
  )}</ul>`;
}

function horizontal(axis: Axis, tick: number): Html {
  const y = percent(1 - axis.scale.at(tick));
  return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="tick" x="-10" y="${y}" dy=".32em" text-anchor="end">${axis.formatTick(tick)}</text>
`;
}

function under(axis: Axis, tick: number): Html {
  const at = axis.scale.at(tick);
  // A label at the edge would be cut off by a narrow screen.
  const anchor = at > 0.97 ? 'end' : 'middle';
  return html`<text class="tick" x="${percent(at)}" y="100%" dy="20" text-anchor="${anchor}">${axis.formatTick(tick)}</text>
`;
}

function vertical(axis: Axis, mark: Mark): Html {
  const x = percent(axis.scale.at(mark.at));
  return html`<line class="mark" x1="${x}" x2="${x}" y1="0" y2="100%"/><text class="tick" x="${x}" y="0" dx="7" dy="11">${mark.label}</text>
`;
}

function dots(series: Series, x: Axis, y: Axis): Html {
  return html`${series.points.map(([valueX, valueY]) => {
    const left = percent(x.scale.at(valueX));
    const top = percent(1 - y.scale.at(valueY));
    const value = (series.format ?? y.formatTick)(valueY);
    return html`<circle class="dot" cx="${left}" cy="${top}" r="4.5"/><text class="value" x="${left}" y="${top}" dy="-13" text-anchor="middle">${value}</text>
`;
  })}`;
}

function pathOf(series: Series, x: Scale, y: Scale): string {
  let pen = 'M';
  let path = '';
  for (const [valueX, valueY] of series.points) {
    const [left, top] = [SIDE * x.at(valueX), SIDE * (1 - y.at(valueY))];
    if (Number.isFinite(left) && Number.isFinite(top)) {
      path += `${pen}${left.toFixed(1)} ${top.toFixed(1)}`;
      pen = 'L';
    } else {
      // A loss that is not a number leaves a gap.
      pen = 'M';
    }
  }
  return path;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}
