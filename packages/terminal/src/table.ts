import { escapeControls } from './escapeControls.js';

/** A column of a table: its heading, and the side on which its cells line up. */
export interface TableColumn {
  readonly heading: string;
  readonly align?: 'left' | 'right';
}

const GAP = '  ';

/** Columns are not made narrower than this, however narrow the terminal. */
const NARROWEST = 8;

/**
 * Rows of text as lines with aligned columns, the headings first. Each column is as wide as its widest cell. Where that is
 * more than `width` characters in all, the widest columns are narrowed and their cells broken between words; a word that
 * is still longer is cut, with `…`. Control characters in cells are written out.
 *
 * @example
 * table([{ heading: 'box' }, { heading: 'parameters', align: 'right' }], [['linear1', '392,500']]);
 * // ['box      parameters', 'linear1     392,500']
 */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number = Number.POSITIVE_INFINITY,
): readonly string[] {
  const cells = [columns.map(({ heading }) => heading), ...rows].map((row) =>
    columns.map((_, i) => escapeControls(row[i] ?? '')),
  );
  const widths = narrow(
    columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0))),
    width - GAP.length * (columns.length - 1),
  );
  return cells.flatMap((row) => {
    const broken = row.map((cell, i) => breakCell(cell, widths[i] as number));
    const height = Math.max(...broken.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      columns
        .map(({ align }, i) => {
          const [text, size] = [broken[i]?.[line] ?? '', widths[i] as number];
          return align === 'right' ? text.padStart(size) : text.padEnd(size);
        })
        .join(GAP)
        .trimEnd(),
    );
  });
}

/** Takes from the widest column, one character after another, until all fit. */
function narrow(widths: readonly number[], room: number): readonly number[] {
  const narrowed = [...widths];
  let excess = narrowed.reduce((sum, width) => sum + width, 0) - room;
  for (; excess > 0; excess--) {
    const widest = narrowed.indexOf(Math.max(...narrowed));
    if ((narrowed[widest] as number) <= NARROWEST) break;
    narrowed[widest] = (narrowed[widest] as number) - 1;
  }
  return narrowed;
}

function breakCell(cell: string, width: number): readonly string[] {
  if (cell.length <= width) return [cell];
  const lines: string[] = [];
  for (const word of cell.split(' ')) {
    const text = word.length > width ? `${word.slice(0, width - 1)}…` : word;
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + text.length <= width)
      lines[lines.length - 1] = `${line} ${text}`;
    else lines.push(text);
  }
  return lines;
}
