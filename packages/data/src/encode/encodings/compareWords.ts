/** The order of words: numbers by their value, before all others; these by their characters' codes, as everywhere the same. */
export function compareWords(a: string, b: string): number {
  const x = numberIn(a);
  const y = numberIn(b);
  if (x !== undefined && y !== undefined && x !== y) return x - y;
  if ((x === undefined) !== (y === undefined)) return x === undefined ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function numberIn(word: string): number | undefined {
  const number = word.trim() === '' ? Number.NaN : Number(word);
  return Number.isNaN(number) ? undefined : number;
}
