/** A column of a table: its heading, and the side on which its cells line up. */
export interface TableColumn {
  readonly heading: string;
  readonly align?: 'left' | 'right';
}

const GAP = '  ';

/**
 * Rows of text as lines with aligned columns, the headings first. Each column is as wide as its widest cell.
 *
 * @example
 * table([{ heading: 'box' }, { heading: 'parameters', align: 'right' }], [['linear1', '392,500']]);
 * // ['box      parameters', 'linear1     392,500']
 */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const lines = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines.map((line) =>
    columns
      .map(({ align }, i) => {
        const [cell, width] = [line[i] ?? '', widths[i] as number];
        return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(GAP)
      .trimEnd(),
  );
}
