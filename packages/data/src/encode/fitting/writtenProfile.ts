import { DataError } from '@fluxion/tensor';
import type { CellReader } from '../cells/cellReader.js';
import { FormatSearch, isMissing, plainNumber } from '../cells/numberFormat.js';
import { shortened } from '../cells/numbers.js';
import { DATE_ORDERS, type DateOrder, likelyOrder, textTime } from '../cells/times.js';
import { wordReader } from '../cells/words.js';
import type { ColumnState, EncodingDescription } from '../encodings/encoding.js';
import { definitionOf } from '../encodings/encodings.js';
import type { Decision, Profile } from './profile.js';

/** One way in which the texts of a column may be written, while all are. */
interface Way {
  /** What tells it from the others: the decimal sign, or the order of a date's parts. */
  readonly key: string;
  /** The number or time that a text says; undefined where it says none. */
  see(text: string): number | undefined;
  tally(): unknown;
  /** Counts in what another process has seen, and answers whether both are written in one way. */
  merge(tally: unknown): boolean;
  /** What the description then says. */
  options(): object;
  readonly state: ColumnState<number>;
}

/** What has been seen of the column. */
interface WrittenTally {
  readonly example: string | undefined;
  readonly ways: readonly { readonly key: string; readonly way: unknown; readonly state: unknown }[];
}

/** The profile of a column of text whose encoding is given, but not how its numbers or dates are written: that is found out. */
export class WrittenProfile implements Profile<string | undefined, WrittenTally> {
  readonly reader: CellReader<string | undefined> = wordReader((word) => word);
  refusal: string | undefined;
  readonly #description: EncodingDescription;
  readonly #what: 'number' | 'date';
  #ways: readonly Way[];
  /** The first text. */
  #example: string | undefined;

  constructor(description: EncodingDescription, what: 'number' | 'date') {
    this.#description = description;
    this.#what = what;
    const start = (): ColumnState<number> =>
      definitionOf(description).start(description) as ColumnState<number>;
    this.#ways =
      what === 'date'
        ? DATE_ORDERS.map((order) => dateWay(order, start()))
        : (['.', ','] as const).map((decimal) => numberWay(decimal, start()));
  }

  see(cell: string | undefined): void {
    if (cell === undefined || isMissing(cell)) {
      for (const { state } of this.#ways) state.see(Number.NaN);
      return;
    }
    this.#example ??= cell;
    this.#ways = this.#ways.filter(({ see, state }) => {
      const value = see(cell);
      if (value !== undefined) state.see(value);
      return value !== undefined;
    });
    if (this.#ways.length === 0) this.refusal = this.#refusalOf(`'${shortened(cell)}'`);
  }

  #refusalOf(got: string): string {
    const example =
      this.#what === 'date'
        ? "the order of its parts: calendar({ order: 'dmy' })"
        : "the format: format: { decimal: ',', suffix: 'km' }";
    return `expected a ${this.#what}, written as the others are, got ${got}; correct it, leave the cell empty, or name ${example}`;
  }

  tally(): WrittenTally {
    const ways = this.#ways.map(({ key, tally, state }) => ({ key, way: tally(), state: state.tally() }));
    return { example: this.#example, ways };
  }

  /** @throws {DataError} when the texts are written in different ways. */
  merge({ example, ways }: WrittenTally): void {
    this.#example ??= example;
    this.#ways = this.#ways.filter(({ key, merge, state }) => {
      const theirs = ways.find((way) => way.key === key);
      if (theirs === undefined || !merge(theirs.way)) return false;
      state.merge(theirs.state);
      return true;
    });
    if (this.#ways.length === 0) throw new DataError(this.#refusalOf('different ones'));
  }

  decide(): Decision {
    const order = likelyOrder(
      this.#ways.map(({ key }) => key),
      this.#example,
    );
    const way = this.#ways.find(({ key }) => key === order) as Way;
    const description = { ...this.#description, ...way.options() };
    const definition = definitionOf(description);
    const state = definition.start(description, way.state.memory);
    state.settle();
    return { reader: definition.reader(description), state, why: 'as it was asked for' };
  }
}

function numberWay(decimal: '.' | ',', state: ColumnState<number>): Way {
  const search = new FormatSearch(decimal);
  // Whoever asks for numbers means those with zeros in front too.
  const plain = (text: string): number | undefined => {
    const number = decimal === '.' ? plainNumber(text) : Number.NaN;
    return Number.isFinite(number) ? number : undefined;
  };
  return {
    key: decimal,
    see: (text) => plain(text) ?? search.see(text),
    tally: () => search.tally(),
    merge: (tally) => search.merge(tally as ReturnType<FormatSearch['tally']>),
    options: () => (search.format === undefined ? {} : { format: search.format }),
    state,
  };
}

function dateWay(order: DateOrder, state: ColumnState<number>): Way {
  return {
    key: order,
    see(text) {
      const time = textTime(text, order);
      return Number.isNaN(time) ? undefined : time;
    },
    tally: () => undefined,
    merge: () => true,
    options: () => (order === 'iso' ? {} : { order }),
    state,
  };
}
