import { formatCount } from '@fluxion/terminal';
import { type Html, html, nothing } from '../markup/html.js';
import type { BoxSummary } from '../run.js';
import { graphLayout, type Place } from './graphLayout.js';

const SIZE = { width: 200, height: 48, gap: { x: 28, y: 26 } };

/** Room for the lines around the outermost boxes. */
const MARGIN = 2;

/** Letters that fit into a box. */
const LETTERS = 26;

/** More boxes than a reader would follow: they are listed only. */
const DRAWN = 150;

/** The network as a picture: each box below those that it takes its values from. */
export function graphPicture(boxes: readonly BoxSummary[]): Html {
  if (boxes.length > DRAWN) return nothing;
  const { width, height, places, edges } = graphLayout(boxes, SIZE);
  const [wide, high] = [width + 2 * MARGIN, height + 2 * MARGIN];
  return html`<div class="scroll graph"><svg width="${wide}" height="${high}" viewBox="${-MARGIN} ${-MARGIN} ${wide} ${high}" role="img" aria-label="The network: ${boxes.map(({ name, children }) => (children.length === 0 ? name : `${name} of ${children.join(' and ')}`)).join(', ')}">
${edges.map((edge) => html`<path class="edge" d="${curve(edge)}"/>`)}
${boxes.map((box) => drawn(box, places.get(box.name) as Place))}
</svg></div>`;
}

function drawn({ name, description, children, output, parameters }: BoxSummary, { x, y }: Place): Html {
  const isInput = children.length === 0;
  const under =
    parameters > 0
      ? `[${output.join(', ')}] · ${formatCount(parameters)} parameters`
      : `[${output.join(', ')}]`;
  const [left, top] = [x - SIZE.width / 2, y - SIZE.height / 2];
  return html`<g class="${isInput ? 'input' : parameters > 0 ? 'learns' : ''}"><title>${name}: ${description}, ${under}</title><rect x="${left}" y="${top}" width="${SIZE.width}" height="${SIZE.height}" rx="${isInput ? SIZE.height / 2 : 8}"/><text x="${x}" y="${y - 4}" text-anchor="middle">${shortened(isInput ? name : description)}</text><text class="under" x="${x}" y="${y + 13}" text-anchor="middle">${shortened(under)}</text></g>
`;
}

/** From the bottom of the first place to the top of the last, upright at each place between. */
function curve(places: readonly Place[]): string {
  const half = SIZE.height / 2;
  const last = places.length - 1;
  let path = '';
  places.forEach(({ x, y }, i) => {
    const before = places[i - 1];
    const top = i === 0 ? y + half : y - half;
    if (before === undefined) path += `M${fixed(x)} ${fixed(top)}`;
    else {
      const bend = SIZE.gap.y / 2;
      path += `C${fixed(before.x)} ${fixed(before.y + half + bend)} ${fixed(x)} ${fixed(top - bend)} ${fixed(x)} ${fixed(top)}`;
      if (i < last) path += `V${fixed(y + half)}`;
    }
  });
  return path;
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function shortened(text: string): string {
  const letters = [...text];
  return letters.length <= LETTERS ? text : `${letters.slice(0, LETTERS - 1).join('')}…`;
}
