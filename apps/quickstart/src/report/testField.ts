import { type Html, html } from '@fluxion/report';
import { formatCount } from '@fluxion/terminal';

/**
 * Every test example as a cell of a square, in the order of the file, with the mistaken ones marked: the accuracy as a
 * picture.
 *
 * @param mistakes numbers of the mistaken examples, from 0.
 */
export function testField(total: number, mistakes: readonly number[]): Html {
  const side = Math.max(1, Math.ceil(Math.sqrt(total)));
  const rows = Math.ceil(total / side);
  const last = total - (rows - 1) * side;
  const cells = mistakes
    .toSorted((a, b) => a - b)
    .map((index) => `M${index % side} ${Math.floor(index / side)}h1v1h-1z`)
    .join('');
  return html`<svg class="field" viewBox="0 0 ${side} ${rows}" role="img" aria-labelledby="field-title">
<title id="field-title">All ${formatCount(total)} test digits in the order of the file, the ${formatCount(mistakes.length)} misread ones marked</title>
<path class="right" d="M0 0h${side}v${rows - 1}h${last - side}v1h${-last}z"/>
<path class="wrong" d="${cells}"/>
</svg>`;
}
