import { formatCount, formatPercent } from '@fluxion/terminal';
import { classFigures } from './confusion.js';
import { type Html, html, nothing } from './html.js';
import { roundedScale, type Scale } from './scale.js';

/** For each class: how much of it was recognised, as a dot on a common axis and in numbers, and what it was taken for. */
export function recallTable(confusion: readonly (readonly number[])[]): Html {
  const classes = confusion.map((_, label) => classFigures(confusion, label));
  const scale = roundedScale(Math.min(...classes.map(({ recall }) => recall)), 1, [0, 1]);
  const [low, high] = [scale.ticks[0] ?? 0, scale.ticks.at(-1) ?? 1];
  return html`<table class="recall">
<caption class="hidden">Recall of each digit: the share of it that was read correctly</caption>
<thead><tr><th scope="col">digit</th><th scope="col" class="number">recall</th><th scope="col" class="number counts">read correctly</th><th scope="col" class="strip"><span>${formatPercent(low, 0)}</span><span>${formatPercent(high, 0)}</span></th><th scope="col">taken for</th></tr></thead>
<tbody>
${classes.map(
  ({
    label,
    correct,
    total,
    recall,
    takenFor,
  }) => html`<tr><th scope="row">${label}</th><td class="number">${formatPercent(recall, 1)}</td><td class="number counts quiet">${formatCount(correct)}&nbsp;of&nbsp;${formatCount(total)}</td>${strip(scale, recall)}<td>${takenFor ? html`<b>${takenFor.label}</b> <span class="quiet">(${formatCount(takenFor.count)}&times;)</span>` : nothing}</td></tr>
`,
)}</tbody>
</table>`;
}

function strip(scale: Scale, recall: number): Html {
  return html`<td class="strip" aria-hidden="true"><span class="track"><span class="mark" style="--at:${scale.at(recall).toFixed(4)}"></span></span></td>`;
}
