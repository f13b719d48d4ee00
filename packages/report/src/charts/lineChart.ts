import { type Html, html, nothing } from '../markup/html.js';
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
  /**
   * `line`: the line to read; `faint`: the noise that it came from; `dots`: a line with a dot at each point; `specks`: many
   * points without a line; `bars`: down to the bottom from each point to the next; `reference`: dashed, to compare with.
   */
  readonly look: 'line' | 'faint' | 'dots' | 'specks' | 'bars' | 'reference';
  /** A second colour, for what is measured rather than learned from. */
  readonly tone?: 'second' | undefined;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Writes the value beside each dot. */
  readonly format?: ((y: number) => string) | undefined;
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
  /** `square`: both axes are of the same kind, and have the same length. */
  readonly shape?: 'wide' | 'square';
  readonly x: Axis;
  readonly y: Axis;
  /** Places on the x axis to mark by a line, as the end of an epoch. */
  readonly marks?: readonly Mark[];
  readonly series: readonly Series[];
}

/** Side of the square that lines are drawn in: it is stretched to the chart's size, and text is not. */
const SIDE = 1000;

/** A chart that keeps its height, its line widths and its text sizes at any width. */
export function lineChart({ shape = 'wide', marks = [], ...chart }: LineChart): Html {
  const { id, title, description, x, y, series } = chart;
  return html`<div class="frame ${shape}"><svg class="plot" role="img" aria-labelledby="${id}-title ${id}-description">
<title id="${id}-title">${title}</title>
<desc id="${id}-description">${description}</desc>
${y.scale.ticks.map((tick) => horizontal(y, tick))}
${x.scale.ticks.map((tick) => under(x, tick))}
${marks.map((mark) => vertical(x, mark))}
<text class="axis" x="100%" y="100%" dy="38" text-anchor="end">${x.label}</text>
<text class="axis" x="0" y="0" dx="-40" dy="-16">${y.label}</text>
<svg viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none" width="100%" height="100%" overflow="visible">
${series.map((one) => html`<path class="${classOf(one)}" d="${pathOf(one, x.scale, y.scale)}"/>`)}
</svg>
${series.filter((one) => one.look === 'dots').map((one) => dots(one, x, y))}
</svg></div>`;
}

/** The names of a chart's series, each beside what it looks like. */
export function legend(chart: LineChart): Html {
  if (chart.series.length < 2) return nothing;
  return html`<ul class="legend">${chart.series.map(
    (one) => html`<li><span class="swatch ${classOf(one)}"></span>${one.name}</li>`,
  )}</ul>`;
}

function classOf({ look, tone }: Series): string {
  return tone === undefined ? look : `${look} ${tone}`;
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
  const at = axis.scale.at(mark.at);
  const x = percent(at);
  const [dx, anchor] = at > 0.8 ? [-7, 'end'] : [7, 'start'];
  return html`<line class="mark" x1="${x}" x2="${x}" y1="0" y2="100%"/><text class="tick" x="${x}" y="0" dx="${dx}" dy="11" text-anchor="${anchor}">${mark.label}</text>
`;
}

function dots(series: Series, x: Axis, y: Axis): Html {
  return html`${series.points.map(([valueX, valueY]) => {
    const [left, top] = [x.scale.at(valueX), 1 - y.scale.at(valueY)];
    if (!Number.isFinite(left) || !Number.isFinite(top)) return nothing;
    const value = series.format
      ? html`<text class="value" x="${percent(left)}" y="${percent(top)}" dy="-13" text-anchor="middle">${series.format(valueY)}</text>`
      : nothing;
    return html`<circle class="dot ${series.tone ?? ''}" cx="${percent(left)}" cy="${percent(top)}" r="${series.format ? 4.5 : 3.5}"/>${value}
`;
  })}`;
}

function pathOf({ look, points }: Series, x: Scale, y: Scale): string {
  const places = points.map(([valueX, valueY]) => [SIDE * x.at(valueX), SIDE * (1 - y.at(valueY))] as const);
  if (look === 'bars') return places.map((place, i) => bar(place, places[i + 1])).join('');
  let pen = 'M';
  let path = '';
  for (const [left, top] of places) {
    if (Number.isFinite(left) && Number.isFinite(top)) {
      path += `${pen}${left.toFixed(1)} ${top.toFixed(1)}`;
      // A line of no length is drawn as its round end: a speck that stays round however the chart is stretched.
      if (look === 'specks') path += 'h0';
      else pen = 'L';
    } else {
      // A loss that is not a number leaves a gap.
      pen = 'M';
    }
  }
  return path;
}

type Place = readonly [left: number, top: number];

function bar([left, top]: Place, next: Place | undefined): string {
  if (next === undefined || !(top < SIDE)) return '';
  return `M${left.toFixed(1)} ${SIDE}V${top.toFixed(1)}H${next[0].toFixed(1)}V${SIDE}z`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}
