/**
 * Text in lines of at most `width` characters, broken between words, and between groups of them that two blanks set apart
 * where that is enough; lines after the first begin with `indent`. A number keeps its unit: `94.10 %` stays whole. A word longer
 * than a line is left to the terminal.
 *
 * @example
 * wrapText('epoch 1/5  loss 0.1234  60,000 examples', 25); // 'epoch 1/5  loss 0.1234\n  60,000 examples'
 */
export function wrapText(text: string, width: number, indent: string = '  '): string {
  const lines: string[] = [];
  for (const { gap, piece } of piecesOf(text, width - indent.length)) {
    const line = lines.at(-1);
    const longer = `${line}${gap}${piece}`;
    if (line === undefined) lines.push(piece);
    else if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(`${indent}${piece}`);
  }
  return lines.join('\n');
}

/** Blanks between words, but not those before a unit. */
const WORDS = / (?!(?:%|s|min|h)(?:\W|$))/;

/** What is not to be broken, each with the blanks that stand before it. */
function piecesOf(text: string, room: number): { gap: string; piece: string }[] {
  return text.split('  ').flatMap((group) => {
    const pieces = group.length <= room ? [group] : group.split(WORDS);
    return pieces.map((piece, i) => ({ gap: i === 0 ? '  ' : ' ', piece }));
  });
}
