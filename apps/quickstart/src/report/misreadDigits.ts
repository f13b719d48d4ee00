import { type Html, html } from '@fluxion/report';
import { formatCount, formatPercent } from '@fluxion/terminal';
import { png } from './png.js';

/** A test digit that the network read as another. */
export interface Misread {
  /** Which digit of the test file, from 0. */
  readonly index: number;
  /** Row by row, 0 paper to 255 ink. */
  readonly pixels: Uint8Array;
  readonly truth: number;
  readonly prediction: number;
  /** What the network gave its prediction. */
  readonly probability: number;
}

/** The misread digits that the network was surest of, as pictures: ink on paper, surest first. */
export function misreadDigits(misread: readonly Misread[], width: number, count: number): Html {
  const surest = misread.toSorted((a, b) => b.probability - a.probability || a.index - b.index);
  return html`<ol class="digits">
${surest.slice(0, count).map((digit) => card(digit, width))}</ol>`;
}

function card({ index, pixels, truth, prediction, probability }: Misread, width: number): Html {
  const picture = Buffer.from(
    png(
      pixels.map((ink) => 255 - ink),
      width,
    ),
  ).toString('base64');
  const sure = formatPercent(probability, 1);
  return html`<li><img width="${width}" height="${pixels.length / width}" alt="Test digit ${formatCount(index)}: a ${truth}, read as ${prediction}" src="data:image/png;base64,${picture}"><p class="verdict"><b>${truth}</b> <span class="quiet">read as</span> <b class="wrong">${prediction}</b></p><p class="sure">${sure}</p></li>
`;
}
