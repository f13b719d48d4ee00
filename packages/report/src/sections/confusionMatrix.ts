import { formatCount } from '@fluxion/terminal';
import { type Html, html } from '../markup/html.js';
import type { ClassTarget } from '../run.js';
import { classFigures } from './confusion.js';

/** Classes that a matrix can show; of more, their commonest confusions are listed. */
const CLASSES = 16;
const LISTED = 14;

/** Classes of which any name fits above its column, and letters of the longest name that fits there beside more. */
const FEW = 4;
const SHORT = 3;

/** Which classes are taken for which: a matrix, or of many classes a list. */
export function confusionMatrix(target: ClassTarget): Html {
  return target.classes.length > CLASSES ? commonest(target) : matrix(target);
}

/**
 * A confusion matrix as a table whose cells are the heat map: on the diagonal, in the colour of what went well, as strong
 * as the share of the row that lies there; elsewhere, in that of mistakes, as strong as the square root
 * of the count: mistakes are few and uneven.
 */
function matrix({ classes, confusion, name }: ClassTarget): Html {
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
  const look = classes.length <= FEW ? 'few' : classes.some((each) => each.length > SHORT) ? 'upright' : '';
  return html`<table class="confusion ${look}">
<caption class="hidden">${name}: what is true (rows) and what was predicted (columns)</caption>
<thead><tr><th scope="col"><span class="hidden">true</span></th>${classes.map((each) => html`<th scope="col"><span>${each}</span></th>`)}</tr></thead>
<tbody>
${confusion.map(
  (
    row,
    truth,
  ) => html`<tr><th scope="row"><span>${classes[truth] ?? truth}</span></th>${row.map((count, other) => cell(count, truth, other))}</tr>
`,
)}</tbody>
</table>`;
}

function filled(kind: string, count: number, heat: number): Html {
  const text = Number.isInteger(count) ? `${count}` : count.toFixed(1);
  const fit = text.length > 3 ? `${kind} long` : kind; // four digits are wider than a cell
  return html`<td class="${fit}" style="--heat:${heat.toFixed(2)}">${text}</td>`;
}

function commonest({ classes, confusion }: ClassTarget): Html {
  const pairs = confusion
    .flatMap((row, truth) =>
      row
        .map((count, prediction) => ({ truth, prediction, count }))
        .filter((pair) => pair.prediction !== truth),
    )
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, LISTED);
  return html`<table class="numbers">
<thead><tr><th scope="col">true</th><th scope="col" class="text">taken for</th><th scope="col">how often</th></tr></thead>
<tbody>${pairs.map(
    ({ truth, prediction, count }) =>
      html`<tr><th scope="row">${classes[truth] ?? truth}</th><td class="text">${classes[prediction] ?? prediction}</td><td>${formatCount(count)}</td></tr>`,
  )}</tbody>
</table>`;
}
