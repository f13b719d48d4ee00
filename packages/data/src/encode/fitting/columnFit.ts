import { DataError } from '@fluxion/tensor';
import { type Data, DataType } from 'apache-arrow';
import type { RowFilter } from '../../order/holdOut.js';
import { isString } from '../../sources/arrow/strings/isString.js';
import { isNumberList } from '../cells/vectors.js';
import { isWordList } from '../cells/wordLists.js';
import type { Column } from '../column.js';
import type { Target } from '../encoder/target.js';
import { calendar } from '../encodings/calendar.js';
import type { EncodingDescription } from '../encodings/encoding.js';
import { definitionOf } from '../encodings/encodings.js';
import { set } from '../encodings/set.js';
import { vector } from '../encodings/vector.js';
import type { Mergeable } from '../mergeable.js';
import { NumberProfile } from './numberProfile.js';
import { type Decision, givenProfile, type Profile } from './profile.js';
import { isNumeric, valueType } from './targetFit.js';
import { WordProfile } from './wordProfile.js';
import { WrittenProfile } from './writtenProfile.js';

/** What has been seen of a column of the input. */
interface ColumnTally {
  readonly profile: unknown;
  readonly repeats: readonly RepetitionTally[];
}

/** A column of the input while an encoder is being fitted. */
export class ColumnFit implements Mergeable<ColumnTally> {
  readonly column: Column;
  readonly #profile: Profile;
  readonly #repeats: readonly Repetition[];

  /** @param targets how many there are, to find out whether it repeats one; 0 where its encoding was given */
  constructor(column: Column, profile: Profile, targets: number) {
    this.column = column;
    this.#profile = profile;
    this.#repeats = Array.from({ length: targets }, () => new Repetition());
  }

  /**
   * Takes in a block.
   *
   * @param from the number of the block's first row in the table
   * @param keeps whether the row with this place in the block counts
   * @param targets the block's cells of each target
   * @throws {DataError} with the row in the block, for a cell that cannot be encoded.
   */
  async see(
    data: Data,
    from: number,
    keeps: RowFilter,
    targets: readonly ArrayLike<unknown>[],
  ): Promise<void> {
    const cells = await this.#profile.reader.ofColumn(data, { column: this.column.name });
    for (let row = 0; row < cells.length; row++) {
      if (!keeps(row)) continue;
      this.#profile.see(cells[row], from + row);
      const { refusal } = this.#profile;
      if (refusal !== undefined) throw new DataError(refusal, { column: this.column.name, row });
      for (let i = 0; i < this.#repeats.length; i++) this.#repeats[i]?.see(cells[row], targets[i]?.[row]);
    }
  }

  tally(): ColumnTally {
    return { profile: this.#profile.tally(), repeats: this.#repeats.map((repeats) => repeats.tally()) };
  }

  merge({ profile, repeats }: ColumnTally): void {
    this.#profile.merge(profile);
    for (const [i, tally] of repeats.entries()) this.#repeats[i]?.merge(tally);
  }

  decide(targets: readonly Target[]): Decision {
    const repeated = targets.find((target, i) => this.#repeats[i]?.repeats(target.kind));
    return repeated === undefined
      ? this.#profile.decide()
      : { leftOut: `it repeats the target '${repeated.column}'` };
  }
}

/** The profile of a column by its type; undefined for a type that cannot be encoded. */
export function profileOf({ type }: Column): Profile | undefined {
  const values = valueType(type);
  if (isNumeric(values)) return new NumberProfile() as Profile;
  if (isString(values) || DataType.isBool(values)) return new WordProfile() as Profile;
  if (DataType.isTimestamp(values) || DataType.isDate(values))
    return givenProfile(calendar(), 'it has dates');
  if (DataType.isFixedSizeList(values) && isNumeric(leafOf(values))) {
    return givenProfile(completed(vector(), values), 'it has lists of numbers');
  }
  if (isNumberList(values)) return givenProfile(completed(vector(), values), 'it has lists of numbers');
  if (isWordList(values)) return givenProfile(set(), 'it has lists of words');
  return undefined;
}

/** The profile of a column whose encoding was asked for. */
export function askedProfile({ type }: Column, asked: EncodingDescription): Profile {
  const description = completed(asked, type);
  const what = isString(valueType(type)) ? definitionOf(description).written?.(description) : undefined;
  return what === undefined
    ? givenProfile(description, 'as it was asked for')
    : (new WrittenProfile(description, what) as Profile);
}

/** A description with what the column's type says. */
function completed(description: EncodingDescription, type: DataType): EncodingDescription {
  return definitionOf(description).complete?.(description, valueType(type)) ?? description;
}

function leafOf(type: DataType): DataType {
  return DataType.isFixedSizeList(type) ? leafOf(type.valueType) : type;
}

/** Pairs of cells that are told apart, at most. */
const MOST_PAIRS = 1000;
/** With fewer rows a column may go along with the target by chance. */
const LEAST_ROWS = 20;

/** What has been seen of a column beside a target. */
interface RepetitionTally {
  readonly rows: number;
  readonly equal: boolean;
  readonly paired: boolean;
  /** Values with their targets, while these are paired. */
  readonly pairs: readonly (readonly [value: unknown, target: unknown])[];
}

/** Whether a column says the same as a target: equal numbers, or for each class one value and none twice. */
class Repetition implements Mergeable<RepetitionTally> {
  readonly #targetOf = new Map<unknown, unknown>();
  readonly #valueOf = new Map<unknown, unknown>();
  #rows = 0;
  #equal = true;
  #paired = true;

  see(value: unknown, target: unknown): void {
    this.#rows++;
    if (value !== target) this.#equal = false;
    this.#pair(value, target);
  }

  #pair(value: unknown, target: unknown): void {
    if (!this.#paired) return;
    if (!this.#targetOf.has(value) && !this.#valueOf.has(target)) {
      this.#targetOf.set(value, target);
      this.#valueOf.set(target, value);
    }
    this.#paired =
      this.#targetOf.get(value) === target &&
      this.#valueOf.get(target) === value &&
      this.#targetOf.size <= MOST_PAIRS;
  }

  tally(): RepetitionTally {
    const paired = this.#paired;
    return { rows: this.#rows, equal: this.#equal, paired, pairs: paired ? [...this.#targetOf] : [] };
  }

  merge({ rows, equal, paired, pairs }: RepetitionTally): void {
    this.#rows += rows;
    this.#equal &&= equal;
    this.#paired &&= paired;
    for (const [value, target] of pairs) this.#pair(value, target);
  }

  repeats(kind: Target['kind']): boolean {
    if (this.#rows < LEAST_ROWS) return false;
    const pairs = this.#targetOf.size;
    return kind === 'number' ? this.#equal : this.#paired && pairs > 1 && pairs <= this.#rows / 2;
  }
}
