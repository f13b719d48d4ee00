import { type Html, html, nothing } from './markup/html.js';
import { reportStyle } from './markup/reportStyle.js';
import type { Run } from './run.js';
import { columns } from './sections/columns.js';
import { figureStrip, headline, pageTitle } from './sections/headline.js';
import { learning } from './sections/learning.js';
import { mistakes } from './sections/mistakes.js';
import { settings } from './sections/settings.js';
import { warnings } from './sections/warnings.js';
import { worstRows } from './sections/worstRows.js';

/** What a page shows of its own, besides what every run has. */
export interface ReportOptions {
  /** Stands beside the result, in place of the comparison with the baseline: a figure. */
  readonly picture?: Html;
  /** A section before the settings. */
  readonly section?: Html;
  /** More rules for the page's style, for picture and section. */
  readonly style?: string;
}

/**
 * The page that tells of a run: one HTML file that needs nothing else, neither a script nor the network. Whatever text the
 * run holds stays text. The same run gives the same bytes.
 *
 * @example
 * await writeFile('report.html', report(run));
 */
export function report(run: Run, { picture, section = nothing, style = '' }: ReportOptions = {}): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${pageTitle(run)}</title>
<style>${{ markup: reportStyle + style }}</style>
</head>
<body>
<main>
${headline(run, picture)}
${warnings(run.warnings)}
${figureStrip(run)}
${learning(run)}
${mistakes(run)}
${columns(run)}
${worstRows(run)}
${section}
${settings(run)}
</main>
</body>
</html>
`.markup;
}
