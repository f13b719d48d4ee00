import { formatCount, formatSeconds, formatSignificant } from '@fluxion/terminal';
import { lossChart, meanLoss } from '../charts/lossChart.js';
import { metricChart } from '../charts/metricChart.js';
import { figureName, formatFigure } from '../figures.js';
import { type Html, html, nothing } from '../markup/html.js';
import type { EpochFigures, LossPoint, Run } from '../run.js';
import { chartCard } from './chartCard.js';

/** Rows of the table under the loss curve. */
const LOSS_ROWS = 12;

/** Loss and main figure, over the examples learned from and after each epoch. */
export function learning(run: Run): Html {
  if (run.epochs.length === 0 || run.losses.length === 0) return nothing;
  const metric = metricChart(run);
  return html`<section aria-labelledby="learning">
<h2 id="learning">How it learned</h2>
<div class="columns ${metric ? 'wide-left' : 'one'}">
${chartCard(lossChart(run), lossTable(run.losses))}
${metric ? chartCard(metric, epochTable(run.epochs, run.measured.name)) : nothing}
</div>
</section>`;
}

function lossTable(losses: readonly LossPoint[]): Html {
  const every = Math.ceil(losses.length / LOSS_ROWS);
  const rows = Array.from({ length: Math.ceil(losses.length / every) }, (_, row) =>
    losses.slice(row * every, (row + 1) * every),
  );
  return html`<table class="numbers">
<thead><tr><th scope="col">up to example</th><th scope="col">mean loss since the row above</th></tr></thead>
<tbody>${rows.map((blocks) => html`<tr><th scope="row">${formatCount(blocks.at(-1)?.example ?? 0)}</th><td>${formatSignificant(meanLoss(blocks))}</td></tr>`)}</tbody>
</table>`;
}

function epochTable(epochs: readonly EpochFigures[], measured: string): Html {
  const columns = (figures: 'training' | 'validation'): string[] => [
    ...new Set(epochs.flatMap(({ [figures]: values = {} }) => Object.keys(values))),
  ];
  const shown = [
    ...columns('training').map((name) => ({
      name,
      of: 'training' as const,
      heading: `training ${figureName(name)}`,
    })),
    ...columns('validation').map((name) => ({
      name,
      of: 'validation' as const,
      heading: `${measured} ${figureName(name)}`,
    })),
  ];
  return html`<div class="scroll"><table class="numbers">
<thead><tr><th scope="col">epoch</th>${shown.map(({ heading }) => html`<th scope="col">${heading}</th>`)}<th scope="col">time</th></tr></thead>
<tbody>${epochs.map(
    (epoch) =>
      html`<tr><th scope="row">${epoch.epoch}</th>${shown.map(({ name, of }) => {
        const value = epoch[of]?.[name];
        return html`<td>${value === undefined ? '–' : formatFigure(name, value)}</td>`;
      })}<td>${formatSeconds(epoch.seconds)}</td></tr>`,
  )}</tbody>
</table></div>`;
}
