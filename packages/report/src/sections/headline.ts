import { formatCount, formatPercent, formatSeconds } from '@fluxion/terminal';
import { beatsBaseline, figureName, formatFigure, formatNumber, mainFigure, pick } from '../figures.js';
import { type Html, html, nothing } from '../markup/html.js';
import type { ClassTarget, Run, Target } from '../run.js';
import { accuracyOf } from './confusion.js';

/** The result in one number, what it means in a sentence or two, and beside it how it compares. */
export function headline(run: Run, picture: Html | undefined): Html {
  const [target] = run.targets;
  if (target === undefined)
    return html`<header><div><p class="over">Fluxion</p><h1><span class="of">${run.title}</span></h1></div></header>`;
  const main = mainFigure(target);
  return html`<header>
<div>
<p class="over">Fluxion &middot; ${run.title}</p>
<h1><span class="big">${big(main, target.figures[main])}</span> <span class="of">${figureName(main)}${ofTarget(run, target)}, ${run.measured.name} ${run.noun ?? 'rows'}</span></h1>
${run.targets.map(
  (
    one,
  ) => html`<p class="lead">${one.kind === 'classes' ? leadOfClasses(run, one) : leadOfNumbers(run, one)}</p>
`,
)}</div>
${picture ?? comparison(target)}
</header>`;
}

/** The title of the page in a browser's tab. */
export function pageTitle(run: Run): string {
  const [target] = run.targets;
  if (target === undefined) return run.title;
  const main = mainFigure(target);
  return `${run.title}: ${big(main, target.figures[main])} ${figureName(main)}${ofTarget(run, target)}`;
}

/** Which target a figure is of, where there are several. */
function ofTarget({ targets }: Run, { name }: Target): string {
  return targets.length > 1 ? ` of ${name}` : '';
}

function big(name: string, value: number | undefined): string {
  return value === undefined ? '–' : formatFigure(name, value);
}

function leadOfClasses(run: Run, target: ClassTarget): Html {
  const { correct, total } = accuracyOf(target.confusion);
  return html`Of <b>${formatCount(total)}</b> ${run.measured.name} ${run.noun ?? 'rows'} that the network never learned from, it names the right ${target.name} for <b>${formatCount(correct)}</b>.${ofBaseline(
    target,
    ({ answer, figures }) => {
      const accuracy = figures.accuracy === undefined ? 'less' : formatPercent(figures.accuracy);
      return html` Always answering <q>${answer}</q> would reach <b>${accuracy}</b>.`;
    },
  )}`;
}

function leadOfNumbers(run: Run, target: Target): Html {
  const [error] = pick(target.figures, ['mae', 'rmse']);
  const sentence =
    error === undefined
      ? nothing
      : html`On <b>${formatCount(run.measured.rows)}</b> ${run.measured.name} ${run.noun ?? 'rows'} that the network never learned from, its ${target.name} is off by <b>${formatNumber(error[1])}</b> on average.`;
  return html`${sentence}${ofBaseline(target, ({ answer, figures }) => {
    const [other] = pick(figures, error === undefined ? ['mae', 'rmse'] : [error[0]]);
    return other === undefined
      ? nothing
      : html` Always answering ${answer} would be off by <b>${formatNumber(other[1])}</b>.`;
  })}`;
}

function ofBaseline(target: Target, say: (baseline: NonNullable<Target['baseline']>) => Html): Html {
  if (target.baseline === undefined) return nothing;
  const verdict =
    beatsBaseline(target) === false
      ? html` <span class="wrong">The network is no better than that: it has learned nothing of use.</span>`
      : nothing;
  return html`${say(target.baseline)}${verdict}`;
}

/** The figures of network and baseline, as bars of the same scale. */
function comparison(target: Target): Html {
  const { figures, baseline, kind } = target;
  if (baseline === undefined) return nothing;
  const wanted = kind === 'classes' ? ['accuracy', 'balancedAccuracy', 'f1', 'loss'] : ['rmse', 'mae'];
  const groups = pick(figures, wanted).filter(([name]) => name in baseline.figures);
  if (groups.length === 0) return nothing;
  return html`<figure class="comparison" aria-label="The network beside the baseline">
${groups.map(([name, value]) => {
  const other = baseline.figures[name] as number;
  const top =
    name === 'accuracy' || name === 'balancedAccuracy' || name === 'f1' ? 1 : Math.max(value, other);
  return html`<div><h3>${figureName(name)}</h3>${bar('this network', name, value, top)}${bar(`always ${baseline.answer}`, name, other, top, 'faint')}</div>
`;
})}</figure>`;
}

function bar(label: string, name: string, value: number, top: number, look = ''): Html {
  const share = Number.isFinite(value) && top > 0 ? Math.min(1, Math.max(0, value / top)) : 0;
  return html`<p class="bar ${look}"><span class="label">${label}</span><span class="number">${formatFigure(name, value)}</span><span class="track"><span style="--share:${share.toFixed(4)}"></span></span></p>`;
}

/** The other figures of the result, and what the run took. */
export function figureStrip(run: Run): Html {
  const parameters = run.boxes.reduce((sum, box) => sum + box.parameters, 0);
  const measures = run.targets.flatMap((target, i) => {
    const main = i === 0 ? mainFigure(target) : undefined;
    return Object.entries(target.figures)
      .filter(([name]) => name !== main)
      .map(
        ([name, value]) =>
          [`${figureName(name)}${ofTarget(run, target)}`, formatFigure(name, value)] as const,
      );
  });
  const epochs = run.epochs.length;
  const effort: readonly (readonly [string, string])[] = [
    [`${run.noun ?? 'rows'} learned from`, formatCount(run.rows)],
    [
      epochs === 1 ? 'epoch' : run.bestEpoch === undefined ? 'epochs' : `epochs, best ${run.bestEpoch}`,
      formatCount(epochs),
    ],
    ['training time', formatSeconds(run.seconds)],
    ['examples per second', formatCount(run.seconds > 0 ? run.examples / run.seconds : 0)],
    ['parameters', formatCount(parameters)],
  ];
  // A strip of one or two would look lost.
  const strips = measures.length < 3 ? [[...measures, ...effort]] : [measures, effort];
  return html`<div class="strips">${strips.map(
    (
      items,
    ) => html`<dl class="figures">${items.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
`,
  )}</div>`;
}
