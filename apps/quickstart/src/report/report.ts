import { formatCount, formatPercent, formatSeconds, formatSignificant } from '@fluxion/terminal';
import { accuracyChart } from './accuracyChart.js';
import { accuracyOf } from './confusion.js';
import { confusionMatrix } from './confusionMatrix.js';
import { type Html, html, nothing } from './html.js';
import { type LineChart, legend, lineChart } from './lineChart.js';
import { lossChart, meanLoss } from './lossChart.js';
import { misreadDigits } from './misreadDigits.js';
import { recallTable } from './recallTable.js';
import { reportStyle } from './reportStyle.js';
import type { EpochFigures, LossPoint, RunReport } from './runReport.js';
import { testField } from './testField.js';

/** Misread digits that are shown as pictures. */
const PICTURES = 40;

/** Rows of the table beside the loss curve. */
const LOSS_ROWS = 12;

/**
 * The page that tells of a run: one HTML file that needs nothing else, neither a script nor the network. The same run
 * gives the same bytes.
 */
export function report(run: RunReport): string {
  const { correct, total } = accuracyOf(run.confusion);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${run.title}: ${formatPercent(correct / total)} test accuracy</title>
<style>${{ markup: reportStyle }}</style>
</head>
<body>
<main>
${headline(run, correct, total)}
${figures(run)}
${learning(run)}
${mistakes(run)}
${pictures(run)}
${settings(run)}
</main>
</body>
</html>
`.markup;
}

function headline(run: RunReport, correct: number, total: number): Html {
  const epochs = run.epochs.length === 1 ? 'one pass' : `${run.epochs.length} passes`;
  return html`<header>
<div>
<p class="over">Fluxion &middot; ${run.title}</p>
<h1><span class="big">${formatPercent(correct / total)}</span> <span class="of">test accuracy</span></h1>
<p class="lead">After ${epochs} over the training digits, one update after each example, the network reads <b>${formatCount(correct)}</b> of <b>${formatCount(total)}</b> digits correctly that it never learned from.</p>
</div>
<figure>
${testField(
  total,
  run.misread.map(({ index }) => index),
)}
<figcaption>All ${formatCount(total)} test digits in their order, the <span class="wrong">${formatCount(total - correct)} misread</span> ones marked.</figcaption>
</figure>
</header>`;
}

function figures(run: RunReport): Html {
  const parameters = run.boxes.reduce((sum, box) => sum + box.parameters, 0);
  const items: readonly (readonly [string, string])[] = [
    ['examples', formatCount(run.examples)],
    [run.epochs.length === 1 ? 'epoch' : 'epochs', formatCount(run.epochs.length)],
    ['training time', formatSeconds(run.seconds)],
    ['examples per second', formatCount(run.examples / run.seconds)],
    ['parameters', formatCount(parameters)],
  ];
  return html`<dl class="figures">${items.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function learning(run: RunReport): Html {
  if (run.epochs.length === 0 || run.losses.length === 0) return nothing;
  return html`<section aria-labelledby="learning">
<h2 id="learning">How it learned</h2>
<div class="columns wide-left">
${chart(lossChart(run.losses, run.examples, run.epochs), lossTable(run.losses))}
${chart(accuracyChart(run.epochs), epochTable(run.epochs))}
</div>
</section>`;
}

function chart(drawn: LineChart, numbers: Html): Html {
  return html`<figure class="card">
<figcaption><h3>${drawn.title}</h3>${legend(drawn)}</figcaption>
<div class="frame">${lineChart(drawn)}</div>
<details><summary>The numbers</summary>${numbers}</details>
</figure>`;
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

function epochTable(epochs: readonly EpochFigures[]): Html {
  return html`<table class="numbers">
<thead><tr><th scope="col">epoch</th><th scope="col">training loss</th><th scope="col">test loss</th><th scope="col">test accuracy</th><th scope="col">time</th></tr></thead>
<tbody>${epochs.map(
    ({ epoch, trainLoss, testLoss, testAccuracy, seconds }) =>
      html`<tr><th scope="row">${epoch}</th><td>${formatSignificant(trainLoss)}</td><td>${formatSignificant(testLoss)}</td><td>${formatPercent(testAccuracy)}</td><td>${formatSeconds(seconds)}</td></tr>`,
  )}</tbody>
</table>`;
}

function mistakes(run: RunReport): Html {
  return html`<section aria-labelledby="mistakes">
<h2 id="mistakes">Where it errs</h2>
<div class="columns">
<figure class="card">
<figcaption><h3>Confusion matrix</h3><p>Rows are what was written, columns what the network read.</p></figcaption>
${confusionMatrix(run.confusion)}
</figure>
<figure class="card">
<figcaption><h3>Recall of each digit</h3><p>The share read correctly, and what the rest was mostly taken for.</p></figcaption>
${recallTable(run.confusion)}
</figure>
</div>
</section>`;
}

function pictures(run: RunReport): Html {
  if (run.misread.length === 0) return nothing;
  const shown = Math.min(PICTURES, run.misread.length);
  return html`<section aria-labelledby="pictures">
<h2 id="pictures">Its surest mistakes</h2>
<p>${shown} of ${formatCount(run.misread.length)} misread test digits, with the probability that the network gave its reading.</p>
${misreadDigits(run.misread, run.pictureWidth, PICTURES)}
</section>`;
}

function settings(run: RunReport): Html {
  return html`<section aria-labelledby="settings">
<h2 id="settings">What was trained, and how</h2>
<div class="columns">
<figure class="card">
<figcaption><h3>Model</h3></figcaption>
<table class="numbers">
<thead><tr><th scope="col">box</th><th scope="col">what it is</th><th scope="col">output</th><th scope="col">parameters</th></tr></thead>
<tbody>${run.boxes.map(
    (box) =>
      html`<tr><th scope="row">${box.name}</th><td>${box.description}</td><td>[${box.output.join(', ')}]</td><td>${formatCount(box.parameters)}</td></tr>`,
  )}</tbody>
</table>
</figure>
<figure class="card">
<figcaption><h3>Settings</h3></figcaption>
<dl class="settings">${run.settings.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</figure>
</div>
</section>`;
}
