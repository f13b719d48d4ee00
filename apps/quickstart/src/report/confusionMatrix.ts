import { type Html, html } from './html.js';

/**
 * A confusion matrix as a table whose cells are the heat map: the diagonal in the colour of what went well, the rest
 * in that of mistakes, each as strong as its count is large among its kind.
 *
 * @param confusion row the truth, column the prediction.
 */
export function confusionMatrix(confusion: readonly (readonly number[])[]): Html {
  const labels = confusion.map((_, label) => label);
  const mostRight = Math.max(1, ...labels.map((label) => confusion[label]?.[label] ?? 0));
  const mostWrong = Math.max(
    1,
    ...confusion.flatMap((row, truth) => row.filter((_, other) => other !== truth)),
  );
  const cell = (count: number, truth: number, prediction: number): Html => {
    if (count === 0) return html`<td class="none">0</td>`;
    // Counts of mistakes are few and uneven: their square roots are easier to tell apart.
    const heat = truth === prediction ? count / mostRight : Math.sqrt(count / mostWrong);
    const kind = truth === prediction ? 'right' : 'wrong';
    return html`<td class="${kind}" style="--heat:${heat.toFixed(2)}">${count}</td>`;
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
