/** A table in Markdown: the first column is of names, the others of numbers. Cells that are undefined show a dash. */
export function markdownTable(
  headings: readonly string[],
  rows: readonly (readonly (string | undefined)[])[],
): string {
  const line = (cells: readonly (string | undefined)[]): string =>
    `| ${cells.map((cell) => cell ?? '–').join(' | ')} |`;
  return [line(headings), `|---|${'---:|'.repeat(headings.length - 1)}`, ...rows.map(line)].join('\n');
}
