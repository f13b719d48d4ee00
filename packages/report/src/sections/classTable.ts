import { formatCount, formatPercent } from '@fluxion/terminal';
import { roundedScale, type Scale } from '../charts/scale.js';
import { type Html, html, nothing } from '../markup/html.js';
import type { ClassTarget } from '../run.js';
import { type ClassFigures, classFigures } from './confusion.js';

/** Classes that are listed: of more, those that are recognised worst. */
const CLASSES = 16;

/** For each class: how much of it was recognised, as a dot on a common axis and in numbers, and what it was taken for. */
export function classTable({ classes, confusion, name }: ClassTarget): Html {
  const all = confusion.map((_, index) => classFigures(confusion, index));
  const met = all.filter(({ total }) => total > 0);
  const shown = all.length <= CLASSES ? all : met.toSorted((a, b) => a.recall - b.recall).slice(0, CLASSES);
  const scale = roundedScale(Math.min(1, ...met.map(({ recall }) => recall)), 1, [0, 1]);
  const [low, high] = [scale.ticks[0] ?? 0, scale.ticks.at(-1) ?? 1];
  const row = ({ index, correct, total, recall, precision, takenFor }: ClassFigures): Html =>
    html`<tr><th scope="row"><span>${classes[index] ?? index}</span></th><td class="number">${share(recall, total)}</td><td class="number">${share(precision, total)}</td><td class="number counts quiet">${formatCount(correct)}&nbsp;of&nbsp;${formatCount(total)}</td>${strip(scale, recall)}<td><span>${takenFor ? html`<b>${classes[takenFor.index] ?? takenFor.index}</b> <span class="quiet">(${formatCount(takenFor.count)}&times;)</span>` : nothing}</span></td></tr>
`;
  return html`<table class="recall">
<caption class="hidden">Recall and precision of each ${name}</caption>
<thead><tr><th scope="col">${name}</th><th scope="col" class="number">recall</th><th scope="col" class="number">precision</th><th scope="col" class="number counts">recognised</th><th scope="col" class="strip"><span>${formatPercent(low, 0)}</span><span>${formatPercent(high, 0)}</span></th><th scope="col">taken for</th></tr></thead>
<tbody>
${shown.map(row)}</tbody>
</table>`;
}

function share(value: number, total: number): string {
  return total === 0 ? '–' : formatPercent(value, 1);
}

function strip(scale: Scale, recall: number): Html {
  return html`<td class="strip" aria-hidden="true"><span class="track"><span class="mark" style="--at:${Math.max(0, scale.at(recall)).toFixed(4)}"></span></span></td>`;
}
