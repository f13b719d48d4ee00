import { elements, expectNames, OptionError, type Saved, tensor } from '@fluxion/tensor';
import { expectFinite, expectOptions } from './adwin.js';
import type { DriftDetector } from './driftDetector.js';

/** Options of pageHinkley, in the units of the numbers. */
export interface PageHinkleyOptions {
  /** Rise of the mean that is none yet. Default 0.005. */
  readonly tolerance?: number;
  /** λ, the sum of what is above that at which a change is told. Default 50. */
  readonly threshold?: number;
  /** Numbers that come first, before anything is told. Default 30. */
  readonly least?: number;
}

/**
 * The test of Page and Hinkley for a rise of the mean, as of a loss: with the mean x̄ₜ of what has come,
 *
 *   mₜ = mₜ₋₁ + xₜ − x̄ₜ − tolerance,
 *
 * and a change is told when mₜ − minₛ mₛ exceeds the threshold. It then starts over. Cheaper than `adwin`, and it needs to know
 * what size of change counts.
 *
 * @throws {OptionError} when an option is below 0, or no number.
 * @see Page, "Continuous inspection schemes", Biometrika 41, 1954; Mouss et al., "Test of Page-Hinkley, an approach for fault
 *   detection in an agro-alimentary production system", Asian Control Conference 2004.
 * @example
 * const detector = pageHinkley({ threshold: 20 });
 * detector.add(0.3); // undefined, or { before, after } where the mean has risen
 */
export function pageHinkley(options: PageHinkleyOptions = {}): DriftDetector {
  expectNames('pageHinkley', options, ['tolerance', 'threshold', 'least']);
  const { tolerance = 0.005, threshold = 50, least = 30 } = options;
  const all = { tolerance, threshold, least };
  for (const [name, value] of Object.entries(all)) {
    if (value >= 0) continue;
    throw new OptionError(`pageHinkley ${name}: expected a number from 0, got ${value}; give one, as 0.005`);
  }
  let state = begin();
  return {
    add(value) {
      expectFinite('pageHinkley', value);
      state.count++;
      state.mean += (value - state.mean) / state.count;
      state.sum += value - state.mean - tolerance;
      if (state.sum < state.least) {
        Object.assign(state, { least: state.sum, since: 0, after: 0, before: state.mean });
      } else {
        state.since++;
        state.after += (value - state.after) / state.since;
      }
      if (state.count < least || state.sum - state.least <= threshold) return undefined;
      const { before, after } = state;
      state = begin();
      return { before, after };
    },
    save: (): Saved => ({
      kind: 'pageHinkley',
      options: all,
      tensors: new Map([['state', tensor(Float64Array.from(NAMES, (name) => state[name]))]]),
    }),
    restore(saved) {
      expectOptions('pageHinkley', saved, all);
      const numbers = elements(saved.tensors.get('state') ?? tensor([]));
      for (const [i, name] of NAMES.entries()) state[name] = numbers[i] ?? 0;
    },
  };
}

/** Count and mean of the numbers, m and its least value, the numbers since then with their mean, and the mean then. */
const begin = () => ({ count: 0, mean: 0, sum: 0, least: 0, since: 0, after: 0, before: 0 });
const NAMES = Object.keys(begin()) as (keyof ReturnType<typeof begin>)[];
