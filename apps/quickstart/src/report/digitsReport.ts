import { type Html, html, nothing, type Run, report } from '@fluxion/report';
import { formatCount } from '@fluxion/terminal';
import { digitsStyle } from './digitsStyle.js';
import { type Misread, misreadDigits } from './misreadDigits.js';
import { testField } from './testField.js';

/** Misread digits that are shown as pictures. */
const PICTURES = 40;

/** What a run on digits has besides. */
export interface DigitsRun {
  readonly run: Run;
  /** Every misread test digit, in any order. */
  readonly misread: readonly Misread[];
  /** Pixels of a picture's row. */
  readonly side: number;
}

/** The page of a run on digits: every test digit as a cell of a field, and the surest mistakes as pictures. */
export function digitsReport(digits: DigitsRun): string {
  return report(digits.run, { picture: field(digits), section: pictures(digits), style: digitsStyle });
}

function field({ run, misread }: DigitsRun): Html {
  const total = run.measured.rows;
  return html`<figure>
${testField(
  total,
  misread.map(({ index }) => index),
)}
<figcaption>All ${formatCount(total)} test digits in their order, the <span class="wrong">${formatCount(misread.length)} misread</span> ones marked.</figcaption>
</figure>`;
}

function pictures({ misread, side }: DigitsRun): Html {
  if (misread.length === 0) return nothing;
  const shown = Math.min(PICTURES, misread.length);
  return html`<section aria-labelledby="pictures">
<h2 id="pictures">Its surest mistakes</h2>
<p>${shown} of ${formatCount(misread.length)} misread test digits, with the probability that the network gave its reading.</p>
${misreadDigits(misread, side, PICTURES)}
</section>`;
}
