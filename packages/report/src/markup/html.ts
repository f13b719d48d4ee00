/** Markup that is safe to put into a page as it stands. */
export interface Html {
  readonly markup: string;
}

/** What a template takes: text and numbers are escaped, markup goes in as it is, lists item by item. */
export type HtmlValue = string | number | Html | readonly HtmlValue[];

/**
 * Template of HTML or SVG: whatever is put in is escaped, unless it came out of such a template itself.
 *
 * @example
 * html`<p>${'<b>'}</p>`.markup; // <p>&lt;b&gt;</p>
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { markup: strings.reduce((text, string, i) => text + render(values[i - 1] ?? '') + string) };
}

/** Nothing at all, for the other side of a condition. */
export const nothing: Html = { markup: '' };

function render(value: HtmlValue): string {
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'markup' in value ? value.markup : value.map(render).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}
