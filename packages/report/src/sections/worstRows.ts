import { formatCount, formatPercent } from '@fluxion/terminal';
import { formatNumber } from '../figures.js';
import { type Html, html, nothing } from '../markup/html.js';
import type { Run } from '../run.js';

/** The rows that the network is most wrong about, with what it was given. */
export function worstRows({ worst, measured, noun = 'rows' }: Run): Html {
  if (worst === undefined || worst.rows.length === 0) return nothing;
  const likely = worst.rows.some(({ probability }) => probability !== undefined);
  return html`<section aria-labelledby="worst">
<h2 id="worst">Its worst mistakes</h2>
<p>The ${measured.name} ${noun} with the greatest losses. Often they show what the data lacks, or where it is wrong.</p>
<figure class="card"><div class="scroll"><table class="numbers worst">
<thead><tr><th scope="col">row</th><th scope="col" class="text">true</th><th scope="col" class="text">predicted</th>${likely ? html`<th scope="col">sure</th>` : nothing}${worst.columns.map((column) => html`<th scope="col" class="text value">${column}</th>`)}</tr></thead>
<tbody>${worst.rows.map(
    ({
      row,
      target,
      prediction,
      probability,
      values,
    }) => html`<tr><th scope="row">${formatCount(row)}</th><td class="text"><b>${said(target)}</b></td><td class="text wrong"><b>${said(prediction)}</b></td>${likely ? html`<td>${probability === undefined ? '–' : formatPercent(probability, 1)}</td>` : nothing}${worst.columns.map((_, i) => html`<td class="text value"><span>${values[i] ?? ''}</span></td>`)}</tr>
`,
  )}</tbody>
</table></div></figure>
</section>`;
}

function said(value: string | number): string {
  return typeof value === 'number' ? formatNumber(value, 4) : value;
}
