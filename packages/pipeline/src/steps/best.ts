import { closest, elements, expectNames, OptionError, type Saved, tensor } from '@fluxion/tensor';

/** Which figure of a validation is to get better. */
export interface BestOptions {
  /** Name of the figure among those of `validate`. Default 'loss'. */
  readonly metric?: string;
  /** Whether smaller values are better, as losses, or larger ones, as accuracies. Default 'smallest'. */
  readonly goal?: 'smallest' | 'largest';
  /** By how much a value has to differ from the best one to be better. Default 0: by anything. */
  readonly threshold?: number;
}

/** What carries figures now and then, as the steps after `validate`. */
export interface Validated {
  readonly validation?: Readonly<Record<string, unknown>>;
}

/** The best value of a figure so far. */
export class Best {
  readonly #where: string;
  readonly #metric: string;
  readonly #goal: 'smallest' | 'largest';
  readonly #threshold: number;
  #value: number | undefined;

  /** @throws {OptionError} when an option has a value that cannot be used. */
  constructor(where: string, options: BestOptions, others: readonly string[] = []) {
    expectNames(where, options, ['metric', 'goal', 'threshold', ...others]);
    const { metric = 'loss', goal = 'smallest', threshold = 0 } = options;
    if (goal !== 'smallest' && goal !== 'largest') {
      throw new OptionError(`${where} goal: expected smallest or largest, got '${goal}'; name one of these`);
    }
    if (!(threshold >= 0 && Number.isFinite(threshold))) {
      throw new OptionError(
        `${where} threshold: expected a number from 0, got ${threshold}; give one, as 0.001`,
      );
    }
    this.#where = where;
    this.#metric = metric;
    this.#goal = goal;
    this.#threshold = threshold;
  }

  /** Undefined before the first that is a number. */
  get value(): number | undefined {
    return this.#value;
  }

  /** What says which figure it is of. */
  get options(): { readonly metric: string; readonly goal: string; readonly threshold: number } {
    return { metric: this.#metric, goal: this.#goal, threshold: this.#threshold };
  }

  /**
   * Takes in the figures of a validation. Says whether theirs is the best so far; NaN never is.
   *
   * @throws {OptionError} when the figure is not among them, or no number.
   */
  isBeatenBy(validation: Readonly<Record<string, unknown>>): boolean {
    const value = this.#figure(validation);
    if (!this.#isBetter(value)) return false;
    this.#value = value;
    return true;
  }

  /** As a tensor, empty before the first. */
  save(): Saved['tensors'] {
    return new Map([['best', tensor(this.#value === undefined ? [] : [this.#value])]]);
  }

  restore(tensors: Saved['tensors']): void {
    [this.#value] = elements(tensors.get('best') ?? tensor([]));
  }

  #isBetter(value: number): boolean {
    if (this.#value === undefined) return !Number.isNaN(value);
    return this.#goal === 'smallest'
      ? value < this.#value - this.#threshold
      : value > this.#value + this.#threshold;
  }

  #figure(validation: Readonly<Record<string, unknown>>): number {
    const value = validation[this.#metric];
    if (typeof value === 'number') return value;
    const names = Object.keys(validation);
    const near = closest(this.#metric, names);
    const got = value === undefined ? `only ${names.join(', ')}` : 'one that is no number';
    throw new OptionError(
      `${this.#where} metric: expected a figure '${this.#metric}' in the validation, got ${got}; ${near === undefined ? 'name one that is a number' : `did you mean '${near}'?`}`,
    );
  }
}

/**
 * Refuses what another thing has saved, or the same one under other options.
 *
 * @throws {OptionError} `earlyStop restore: expected …, got …; restore with the options that were saved`
 */
export function expectSame(where: string, wanted: Saved, got: Saved): void {
  const [own, other] = [wanted, got].map(({ kind, options }) => JSON.stringify({ kind, options }));
  if (own === other) return;
  throw new OptionError(
    `${where} restore: expected ${own}, got ${other}; restore with the options that were saved`,
  );
}
