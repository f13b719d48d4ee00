/** Longer words are not compared, nor are more than so many: the time goes with the square of the one and the other. */
const LONGEST = 64;
const MOST = 1000;

/** The word most like this one, if one is like it: they have a letter in common, and at most two in five differ. */
export function closest(word: string, words: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const ranked = words
    .slice(0, MOST)
    .filter(({ length }) => length <= LONGEST)
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best === undefined || best.distance >= Math.max(word.length, best.candidate.length)) return undefined;
  return best.distance <= Math.max(1, word.length * 0.4) ? best.candidate : undefined;
}

/** Levenshtein's distance: how many letters to add, drop or change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
