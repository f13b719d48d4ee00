import { type ScaleLogarithmic, scaleLog } from 'd3-scale';

/** A line and its name; a dashed one is there to compare with. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly dashed?: boolean;
}

/** A chart of which both axes are logarithmic. */
export interface LogChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
}

const [WIDTH, HEIGHT] = [820, 460];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 200, 50, 410];
const COLOURS = ['#0b7285', '#e8590c', '#5f3dc4', '#868e96', '#2b8a3e', '#c2255c', '#1971c2', '#a07900'];
/** Between two names beside each other. */
const LINE_HEIGHT = 18;

/** Draws the chart as an SVG file that is read on light and dark pages alike, each line named at its end. */
export function logChart({ title, x, y, lines }: LogChart): string {
  const all = lines.flatMap(({ points }) => points);
  const across = scaleLog(extent(all.map(([value]) => value)), [LEFT, WIDTH - RIGHT]);
  const up = scaleLog(extent(all.map(([, value]) => value)), [BOTTOM, TOP]).nice();
  const places = [...new Set(all.map(([value]) => value))].sort((a, b) => a - b);
  const columns = places.map((value) => {
    const label = text(across(value), BOTTOM + 20, value.toLocaleString('en'), 'middle');
    return `<path class="grid" d="M${at(across(value))} ${BOTTOM}V${TOP}"/>${label}`;
  });
  const rows = ticksOf(up).map((value) => {
    const label = text(LEFT - 8, up(value) + 4, value.toLocaleString('en'), 'end');
    return `<path class="grid" d="M${LEFT} ${at(up(value))}H${WIDTH - RIGHT}"/>${label}`;
  });
  const heights = apart(lines.map(({ points }) => up(points.at(-1)?.[1] ?? 1)));
  const drawn = lines.map(({ name, points, dashed }, i) => {
    const colour = COLOURS[i % COLOURS.length];
    const path = points.map(([left, top]) => `${at(across(left))} ${at(up(top))}`).join('L');
    const dashes = dashed ? ' stroke-dasharray="6 5"' : '';
    const line = `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2.5"${dashes}/>`;
    return line + text(WIDTH - RIGHT + 10, (heights[i] ?? 0) + 4, name, 'start', ` fill="${colour}"`);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 0 ${WIDTH + 12} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">
<title>${escapeText(title)}</title>
<style>text:not([fill]) { fill: #333 } .grid { stroke: #8884; fill: none } @media (prefers-color-scheme: dark) { text:not([fill]) { fill: #ddd } }</style>
<rect width="100%" height="100%" fill="none"/>
${text(LEFT, 20, title, 'start', ' font-weight="bold"')}
${text(LEFT - 60, TOP - 12, y, 'start')}
${text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x, 'middle')}
${[...columns, ...rows, ...drawn].join('\n')}
</svg>
`;
}

/** At 1, 2 and 5 times the powers of ten. */
function ticksOf(scale: ScaleLogarithmic<number, number>): number[] {
  return scale.ticks().filter((tick) => ['1', '2', '5'].includes(tick.toExponential()[0] as string));
}

function extent(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** Heights of names, moved so that none covers another. */
function apart(heights: readonly number[]): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  const moved = [...heights];
  let lowest = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    lowest = Math.max(moved[i] as number, lowest + LINE_HEIGHT);
    moved[i] = lowest;
  }
  return moved;
}

function text(x: number, y: number, content: string, anchor: string, more = ''): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}"${more}>${escapeText(content)}</text>`;
}

function at(place: number): string {
  return place.toFixed(1);
}

function escapeText(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
