import { elements } from '@fluxion/tensor';
import type { ColumnWriter, SavedColumn } from '../columnWriter.js';

/** A column of words: a 1 in the place of each. */
export function oneHot(write: ColumnWriter, input: string, saved: SavedColumn): readonly string[] {
  const { width } = saved;
  const missing = wordForGaps(saved);
  const place = missing === undefined ? width - 1 : wordsOf(saved).indexOf(missing);
  const index = indexOf(write, input, saved, place < 0 ? placesOf(saved) : place);
  const hot = write.add('OneHot', [index, write.ints(width), write.floats([0, 1])], { axis: -1 });
  return [write.add('Reshape', [hot, write.ints(-1, width)])];
}

/** A column of words by number. */
export function indices(write: ColumnWriter, input: string, saved: SavedColumn): string {
  return indexOf(write, input, saved, placesOf(saved) + 1);
}

/** The place of each word; after these that of other words. An empty word is a gap. */
function indexOf(write: ColumnWriter, input: string, saved: SavedColumn, gap: number): string {
  const words = wordsOf(saved);
  return write.add('LabelEncoder', [input], {
    keys_strings: [...words, ''],
    values_int64s: [...words.keys(), gap],
    default_int64: placesOf(saved),
  });
}

function wordsOf({ encoding: { categories } }: SavedColumn): readonly string[] {
  return Array.isArray(categories) ? (categories as readonly string[]) : [];
}

/** Places of words, those that are free too. */
function placesOf({ encoding: { maxCategories } }: SavedColumn): number {
  return maxCategories as number;
}

/** The word that a gap is taken for, if any. */
function wordForGaps(saved: SavedColumn): string | undefined {
  const { missing } = saved.encoding;
  if (missing !== 'mostFrequent') return missing as string | undefined;
  const { counts } = saved.memory;
  if (counts === undefined) return undefined;
  const seen = [...elements(counts)];
  const most = Math.max(...seen);
  return most > 0 ? wordsOf(saved)[seen.indexOf(most)] : undefined;
}
