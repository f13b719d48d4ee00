import { classFigures } from './confusion.js';
import { type Html, html } from './html.js';

/**
 * A confusion matrix as a table whose cells are the heat map: on the diagonal, in the colour of what went well, as strong
 * as the share of the row that lies there; elsewhere, in that of mistakes, as strong as the square root
 * of the count: mistakes are few and uneven.
 *
 * @param confusion row the truth, column the prediction.
 */
export function confusionMatrix(confusion: readonly (readonly number[])[]): Html {
  const labels = confusion.map((_, label) => label);
  const mostWrong = Math.max(
    1,
    ...confusion.flatMap((row, truth) => row.filter((_, other) => other !== truth)),
  );
  const cell = (count: number, truth: number, prediction: number): Html => {
    if (count === 0) return html`<td class="none">0</td>`;
    if (truth !== prediction) return filled('wrong', count, Math.sqrt(count / mostWrong));
    const { recall } = classFigures(confusion, truth);
    return filled(recall > 0.5 ? 'right' : 'right weak', count, recall);
  };
  return html`<table class="confusion">
<caption class="hidden">Test digits by what was written (rows) and what the network read (columns)</caption>
<thead><tr><th scope="col"><span class="hidden">written</span></th>${labels.map((label) => html`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>
${confusion.map(
  (
    row,
    truth,
  ) => html`<tr><th scope="row">${truth}</th>${row.map((count, other) => cell(count, truth, other))}</tr>
`,
)}</tbody>
</table>`;
}

function filled(kind: string, count: number, heat: number): Html {
  const fit = count >= 1000 ? `${kind} long` : kind; // four digits are wider than a cell
  return html`<td class="${fit}" style="--heat:${heat.toFixed(2)}">${count}</td>`;
}
