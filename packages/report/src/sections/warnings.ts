import { type Html, html, nothing } from '../markup/html.js';

/** What to look at before the result is believed. */
export function warnings(sentences: readonly string[] = []): Html {
  if (sentences.length === 0) return nothing;
  return html`<section class="warnings" aria-labelledby="warnings">
<h2 id="warnings">${sentences.length === 1 ? 'A warning' : `${sentences.length} warnings`}</h2>
<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
</section>`;
}
