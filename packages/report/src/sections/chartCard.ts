import { type LineChart, legend, lineChart } from '../charts/lineChart.js';
import { type Html, html, nothing } from '../markup/html.js';

/** A chart with its title and legend, and the numbers behind it for those who want them. */
export function chartCard(chart: LineChart, numbers?: Html): Html {
  return html`<figure class="card">
<figcaption><h3>${chart.title}</h3>${legend(chart)}</figcaption>
${lineChart(chart)}
${numbers ? html`<details><summary>The numbers</summary>${numbers}</details>` : nothing}
</figure>`;
}

/** Anything else with a title and a sentence about it. */
export function card(title: string, about: string, content: Html): Html {
  return html`<figure class="card">
<figcaption><h3>${title}</h3>${about === '' ? nothing : html`<p>${about}</p>`}</figcaption>
${content}
</figure>`;
}
