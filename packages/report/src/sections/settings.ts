import { formatCount } from '@fluxion/terminal';
import { graphPicture } from '../graph/graphPicture.js';
import { type Html, html, nothing } from '../markup/html.js';
import type { Run } from '../run.js';
import { card } from './chartCard.js';

/** The network as a picture and box by box, and the choices that it was trained by. */
export function settings({ boxes, settings, measured }: Run): Html {
  return html`<section aria-labelledby="settings">
<h2 id="settings">What was trained, and how</h2>
<div class="columns">
${boxes.length === 0 ? nothing : card('Network', `${formatCount(boxes.reduce((sum, box) => sum + box.parameters, 0))} parameters`, html`${graphPicture(boxes)}${boxTable(boxes)}`)}
${card('Settings', '', html`<dl class="settings">${[...settings, { name: `${measured.name} examples`, value: formatCount(measured.rows) }].map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`)}
</div>
</section>`;
}

function boxTable(boxes: Run['boxes']): Html {
  return html`<details><summary>Box by box</summary><div class="scroll"><table class="numbers">
<thead><tr><th scope="col">box</th><th scope="col">what it is</th><th scope="col">output</th><th scope="col">parameters</th></tr></thead>
<tbody>${boxes.map(
    (box) =>
      html`<tr><th scope="row">${box.name}</th><td>${box.description}</td><td>[${box.output.join(', ')}]</td><td>${formatCount(box.parameters)}</td></tr>`,
  )}</tbody>
</table></div></details>`;
}
