import { closest, elements, expectNames, OptionError, type Saved, tensor } from '@fluxion/tensor';

/** Which figure of a validation is to get better. */
export interface BestOptions {
  /** Name of the figure among those of `validate`. Default 'loss'. */
  readonly metric?: string;
  /** Whether smaller values are better, as losses, or larger ones, as accuracies. Default 'min'. */
  readonly mode?: 'min' | 'max';
  /** By how much a value has to differ from the best one to be better. Default 0: by anything. */
  readonly minDelta?: number;
}

/** What carries figures now and then, as the steps after `validate`. */
export interface Validated {
  readonly validation?: Readonly<Record<string, unknown>>;
}

/** Names of figures that are errors. */
const SMALLER_IS_BETTER = /loss|error|mse|mae|brier/i;

/** The best value of a figure so far. */
export class Best {
  readonly #where: string;
  readonly #written: (options: string) => string;
  readonly #metric: string;
  readonly #mode: 'min' | 'max';
  readonly #minDelta: number;
  #value: number | undefined;

  /**
   * @param where the operator that it is for
   * @param written the program that gives it such options
   * @param others names of its other options
   * @throws {OptionError} when an option has a value that cannot be used.
   */
  constructor(
    where: string,
    options: BestOptions,
    written: (options: string) => string,
    others: readonly string[] = [],
  ) {
    expectNames(where, options, ['metric', 'mode', 'minDelta', ...others]);
    const { metric = 'loss', mode = 'min', minDelta = 0 } = options;
    if (mode !== 'min' && mode !== 'max') {
      throw new OptionError(`${where} mode: expected min or max, got '${mode}'; name one of these`);
    }
    if (!(minDelta >= 0 && Number.isFinite(minDelta))) {
      throw new OptionError(
        `${where} minDelta: expected a number from 0, got ${minDelta}; give one, as 0.001`,
      );
    }
    this.#where = where;
    this.#written = written;
    this.#metric = metric;
    this.#mode = mode;
    this.#minDelta = minDelta;
  }

  /** Undefined before the first that is a number. */
  get value(): number | undefined {
    return this.#value;
  }

  /** What says which figure it is of. */
  get options(): { readonly metric: string; readonly mode: string; readonly minDelta: number } {
    return { metric: this.#metric, mode: this.#mode, minDelta: this.#minDelta };
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
    return this.#mode === 'min' ? value < this.#value - this.#minDelta : value > this.#value + this.#minDelta;
  }

  #figure(validation: Readonly<Record<string, unknown>>): number {
    const value = validation[this.#metric];
    if (typeof value === 'number') return value;
    const names = Object.keys(validation);
    const near = closest(this.#metric, names);
    const got = value === undefined ? `only ${names.join(', ')}` : 'one that is no number';
    throw new OptionError(
      `${this.#where} metric: expected a figure '${this.#metric}' in the validation, got ${got}; ${near === undefined ? this.#instead(validation) : `did you mean '${near}'?`}`,
    );
  }

  /** What to write in the place of a figure that is not there. */
  #instead(validation: Readonly<Record<string, unknown>>): string {
    const number = Object.keys(validation).find((name) => typeof validation[name] === 'number');
    const loss = 'loss: meanLoss(loss) to the metrics of validate';
    if (number === undefined) return `add ${loss}`;
    const mode = SMALLER_IS_BETTER.test(number) ? '' : ", mode: 'max'";
    const other = `name one, as ${this.#written(`metric: '${number}'${mode}`)}`;
    return this.#metric === 'loss' ? `${other}, or add ${loss}` : other;
  }
}

/** What was saved, where it was under the names that options had at first: `goal` and `threshold`. */
export function withModeAndDelta(saved: Saved): Saved {
  const { metric = null, goal, threshold = null, ...others } = saved.options;
  if (goal === undefined) return saved;
  return {
    ...saved,
    options: { metric, mode: goal === 'largest' ? 'max' : 'min', minDelta: threshold, ...others },
  };
}
