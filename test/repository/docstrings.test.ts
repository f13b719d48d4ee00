import { describe, expect, it } from 'vitest';
import { checker, publicExports } from './publicExports.js';

describe('every public export has a docstring', () => {
  it.each(publicExports)('$name', ({ symbols }) => {
    expect(symbols.length).toBeGreaterThan(0);
    const silent = symbols.filter((symbol) => symbol.getDocumentationComment(checker).length === 0);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});
