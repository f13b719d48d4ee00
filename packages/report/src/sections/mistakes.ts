import { calibrationChart } from '../charts/calibrationChart.js';
import { residualChart, scatterChart } from '../charts/residualCharts.js';
import { rocChart } from '../charts/rocChart.js';
import { type Html, html, nothing } from '../markup/html.js';
import type { ClassTarget, NumberTarget, Run, Target } from '../run.js';
import { card, chartCard } from './chartCard.js';
import { classTable } from './classTable.js';
import { confusionMatrix } from './confusionMatrix.js';

/** Where each target is missed, and how far its probabilities can be trusted. */
export function mistakes({ targets }: Run): Html {
  return html`${targets.map((target, i) => {
    const id = i === 0 ? 'mistakes' : `mistakes-${i + 1}`;
    const title = targets.length > 1 ? html`Where it errs: ${target.name}` : html`Where it errs`;
    return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${charts(target, i)}
</section>
`;
  })}`;
}

function charts(target: Target, place: number): Html {
  return target.kind === 'classes' ? ofClasses(target, place) : ofNumbers(target, place);
}

function ofClasses(target: ClassTarget, place: number): Html {
  const { roc = [], calibration = [] } = target;
  const drawn = [
    roc.length > 0 ? chartCard(rocChart(roc, `roc-${place}`)) : [],
    calibration.some(({ weight }) => weight > 0)
      ? chartCard(calibrationChart(calibration, `calibration-${place}`))
      : [],
  ].flat();
  const matrix = card(
    'Confusion matrix',
    'Rows are what is true, columns what the network says.',
    confusionMatrix(target),
  );
  const each = card(
    'Each class',
    'How much of it is found, how often the name is right, and what it is taken for.',
    html`<div class="scroll">${classTable(target)}</div>`,
  );
  return html`<div class="columns">
${matrix}
${each}
${drawn}
</div>`;
}

function ofNumbers(target: NumberTarget, place: number): Html {
  if (target.predictions.length === 0) return nothing;
  return html`<div class="columns">
${chartCard(scatterChart(target, `scatter-${place}`))}
${chartCard(residualChart(target, `residuals-${place}`))}
</div>`;
}
