import { describe, expect, it } from 'vitest';
import { html } from './html.js';

describe('html', () => {
  it('escapes text, in content and in attributes', () => {
    expect(html`<p title="${`"'`}">${'<script>&'}</p>`.markup).toBe(
      '<p title="&quot;&#39;">&lt;script&gt;&amp;</p>',
    );
  });

  it('takes markup as it is, alone and in lists', () => {
    const items = ['a', '<'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>${html`<br>`}`.markup).toBe('<ul><li>a</li><li>&lt;</li></ul><br>');
  });

  it('escapes the texts of a list', () => {
    expect(html`${['<', 1, html`<hr>`]}`.markup).toBe('&lt;1<hr>');
  });
});
