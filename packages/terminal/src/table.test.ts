import { describe, expect, it } from 'vitest';
import { table } from './table.js';

describe('table', () => {
  it('lines up columns to the left and to the right, and leaves no blanks at the end', () => {
    expect(
      table(
        [{ heading: 'box' }, { heading: 'parameters', align: 'right' }, { heading: 'note' }],
        [
          ['linear1', '392,500', ''],
          ['tanh1', '0', 'no parameters'],
        ],
      ),
    ).toEqual(['box      parameters  note', 'linear1     392,500', 'tanh1             0  no parameters']);
  });

  it('is its headings where there are no rows', () => {
    expect(table([{ heading: 'a' }, { heading: 'b' }], [])).toEqual(['a  b']);
  });
});
