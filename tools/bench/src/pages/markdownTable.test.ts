import { expect, it } from 'vitest';
import { markdownTable } from './markdownTable.js';

it('has names to the left, numbers to the right, and a dash for what there is not', () => {
  expect(
    markdownTable(
      ['name', 'a', 'b'],
      [
        ['one', '1', undefined],
        ['two', undefined, '2'],
      ],
    ),
  ).toBe('| name | a | b |\n|---|---:|---:|\n| one | 1 | – |\n| two | – | 2 |');
});
