import { formatCount, formatSignificant } from '@fluxion/terminal';
import { type Html, html, nothing } from '../markup/html.js';
import type { ColumnSummary, Importance, LeftOut, Run } from '../run.js';
import { card } from './chartCard.js';

/** Columns whose importance is drawn. */
const DRAWN = 20;

/** Rows of the table of columns that are shown; of more, the first ones. */
const LISTED = 200;

/** What the network was given: which columns matter, how each was encoded, and which were left out. */
export function columns({ columns = [], leftOut = [], importance = [] }: Run): Html {
  if (columns.length + leftOut.length + importance.length === 0) return nothing;
  return html`<section aria-labelledby="columns">
<h2 id="columns">What it learned from</h2>
<div class="columns">
${importance.length === 0 ? nothing : card('Which columns matter', 'What exchanging a column’s values among the rows adds to the loss.', importanceBars(importance))}
${columns.length + leftOut.length === 0 ? nothing : card('How they are encoded', '', html`${columnTable(columns)}${leftOutList(leftOut)}`)}
</div>
</section>`;
}

function importanceBars(importance: readonly Importance[]): Html {
  const sorted = importance.toSorted((a, b) => b.increase - a.increase);
  const top = Math.max(...importance.map(({ increase }) => increase), 0);
  const rest = sorted.length - DRAWN;
  return html`<ul class="bars">${sorted.slice(0, DRAWN).map(({ column, increase }) => {
    const share = top > 0 ? Math.max(0, increase / top) : 0;
    return html`<li class="bar"><span class="label">${column}</span><span class="number">${increase > 0 ? '+' : ''}${formatSignificant(increase, 2)}</span><span class="track"><span style="--share:${share.toFixed(4)}"></span></span></li>
`;
  })}</ul>${rest > 0 ? html`<p class="quiet more">and ${formatCount(rest)} that matter less</p>` : nothing}`;
}

function columnTable(columns: readonly ColumnSummary[]): Html {
  if (columns.length === 0) return nothing;
  const rest = columns.length - LISTED;
  const noted = columns.some(({ note }) => note !== undefined);
  return html`<div class="scroll"><table class="numbers">
<thead><tr><th scope="col">column</th><th scope="col" class="text">encoding</th><th scope="col">numbers</th>${noted ? html`<th scope="col" class="text">of its values</th>` : nothing}</tr></thead>
<tbody>${columns.slice(0, LISTED).map(
    ({ column, encoding, width, note = '' }) =>
      html`<tr><th scope="row">${column}</th><td class="text">${encoding}</td><td>${formatCount(width)}</td>${noted ? html`<td class="text quiet">${note}</td>` : nothing}</tr>
`,
  )}</tbody>
</table></div>${rest > 0 ? html`<p class="quiet more">and ${formatCount(rest)} more</p>` : nothing}`;
}

function leftOutList(leftOut: readonly LeftOut[]): Html {
  if (leftOut.length === 0) return nothing;
  return html`<h3 class="second">Left out</h3>
<dl class="settings">${leftOut
    .slice(0, LISTED)
    .map(({ column, why }) => html`<div><dt>${column}</dt><dd>${why}</dd></div>`)}</dl>`;
}
