import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, sourceFiles } from '../repository/files.js';

const links = sourceFiles('**/*.md').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/\[(?<text>[^\]]+)\]\((?<target>[^)#\s]+)(?:#L(?<line>\d+))?\)/g)]
    .map(({ groups = {} }) => ({ ...groups, page: relative(root, file) }) as Link)
    .filter(({ target }) => !/^https?:/.test(target)),
);

interface Link {
  /** The page that has the link. */
  readonly page: string;
  readonly text: string;
  readonly target: string;
  readonly line?: string;
}

describe('links between files', () => {
  it.each(links)('$page: $text, $target', ({ page, target }) => {
    expect(existsSync(pathOf(page, target))).toBe(true);
  });
});

describe('links to lines of code', () => {
  const toLines = links.filter(({ line }) => line !== undefined);

  it('lead from the slides to the code', () => {
    expect(toLines.map(({ page }) => page)).toContain('docs/slides-to-code.md');
  });

  it.each(toLines)('$page: $text is on line $line of $target', ({ page, text, target, line }) => {
    const name = text.match(/\w+/g)?.at(-1) ?? text;
    const code = readFileSync(pathOf(page, target), 'utf8').split('\n');
    const lines = code.flatMap((row, i) => (row.match(/\w+/g)?.includes(name) ? [i + 1] : []));
    expect(lines).toContain(Number(line));
  });
});

function pathOf(page: string, target: string): string {
  return join(root, dirname(page), target);
}
