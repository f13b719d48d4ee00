import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, sourceFiles } from '../repository/files.js';

const links = sourceFiles('**/*.md').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/\[(?<text>[^\]]+)\]\((?<target>[^)#\s]+)\)/g)]
    .map(({ groups = {} }) => ({ ...groups, page: relative(root, file) }) as Link)
    .filter(({ target }) => !/^https?:/.test(target)),
);

interface Link {
  /** The page that has the link. */
  readonly page: string;
  readonly text: string;
  readonly target: string;
}

describe('links between files', () => {
  it.each(links)('$page: $text, $target', ({ page, target }) => {
    expect(existsSync(pathOf(page, target))).toBe(true);
  });
});

describe('links to code', () => {
  const toCode = links.filter(
    ({ page, text, target }) =>
      page === 'docs/slides-to-code.md' && text.startsWith('`') && target.endsWith('.ts'),
  );

  it('lead from the slides to the code', () => {
    expect(toCode.length).toBeGreaterThan(20);
  });

  it.each(toCode)('$page: $text is a name in $target', ({ page, text, target }) => {
    const names = readFileSync(pathOf(page, target), 'utf8').match(/\w+/g);
    expect(names).toContain(text.replaceAll('`', ''));
  });
});

function pathOf(page: string, target: string): string {
  return join(root, dirname(page), target);
}
