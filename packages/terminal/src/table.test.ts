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

  it('breaks the widest cells between words where it would be too wide', () => {
    const lines = table(
      [{ heading: 'column' }, { heading: 'why' }],
      [
        ['id', 'every row has another word in it, which tells nothing'],
        ['a', 'all alike'],
      ],
      30,
    );
    expect(lines).toEqual([
      'column  why',
      'id      every row has another',
      '        word in it, which',
      '        tells nothing',
      'a       all alike',
    ]);
  });

  it('cuts a word that is longer than its column can be', () => {
    const lines = table([{ heading: 'name' }, { heading: 'n' }], [['x'.repeat(100), '1']], 20);
    expect(lines[1]).toBe(`${'x'.repeat(16)}…  1`);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(20);
  });

  it('writes out control characters before it measures', () => {
    expect(table([{ heading: 'name' }, { heading: 'n' }], [['a\u001b', '1']])[1]).toBe('a\\u001b  1');
  });
});
