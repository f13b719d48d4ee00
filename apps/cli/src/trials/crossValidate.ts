import { setImmediate } from 'node:timers/promises';
import type { FlowGraph, Losses } from '@fluxion/graph';
import { NonFinitePredictionError, rmse } from '@fluxion/metrics';
import { averageWeights, DivergenceError, evaluate, meanLoss, ofOutput, train } from '@fluxion/pipeline';
import { random } from '@fluxion/tensor';
import { from } from 'rxjs';
import type { Recipe } from '../preparation/recipe.js';
import { optimizerOf, type RuleOptions, regularizerOf } from '../preparation/updateRules.js';
import { AVERAGED_EVERY } from '../training/bestModel.js';
import type { HeldExamples } from './heldExamples.js';

/** What is tried. */
export interface TrialOptions {
  readonly recipe: Recipe;
  /** What decides its updates. */
  readonly rules: RuleOptions;
  readonly losses: Losses;
  /** Parts that the examples are cut into. */
  readonly folds: number;
  /** How many of these are held out, each once: all, or fewer to save time. */
  readonly held: number;
  readonly seed: number;
  /** Deviation of the target, where what is measured is ½ (error / spread)² and not the loss. */
  readonly spread?: number | undefined;
  /** A new model of the recipe. */
  build(): FlowGraph;
}

/** What a recipe came to on examples that it was not trained on. */
export interface Trial {
  readonly recipe: Recipe;
  /** Kinds of the losses that it was trained with. */
  readonly trainedWith: string;
  /** After how many epochs it was best. */
  readonly epochs: number;
  /** Mean loss then, and that of each fold. */
  readonly loss: number;
  readonly losses: readonly number[];
}

/**
 * Trains a recipe on all folds but one, some or each in turn, and measures it on that one after each epoch. The epochs it should be
 * trained for are those at which the mean loss over all folds is least.
 *
 * @see Stone, "Cross-validatory choice and assessment of statistical predictions", Journal of the Royal Statistical Society B
 *   36, 1974.
 */
export async function crossValidate(
  held: HeldExamples,
  options: TrialOptions,
  signal: AbortSignal,
): Promise<Trial> {
  const { recipe, losses: given, folds, held: times, seed } = options;
  const trainedWith = Object.values(given)
    .map(({ kind }) => kind)
    .join(', ');
  // Each part has its share of each class, or of small and large numbers.
  const order = shuffled(
    Int32Array.from({ length: held.size }, (_, i) => i),
    seed,
    'folds',
  ).sort((a, b) => (held.firstTargets[a] as number) - (held.firstTargets[b] as number));
  const curves: (readonly number[])[] = [];
  for (let fold = 0; fold < times; fold++) {
    const rest = order.filter((_, i) => i % folds !== fold);
    const own = order.filter((_, i) => i % folds === fold);
    curves.push(await lossCurve(held, rest, own, options, signal));
  }
  let best: Trial = { recipe, trainedWith, epochs: 1, loss: Number.POSITIVE_INFINITY, losses: [] };
  const length = Math.min(...curves.map((curve) => curve.length));
  for (let epoch = 0; epoch < length; epoch++) {
    const losses = curves.map((curve) => curve[epoch] as number);
    const loss = losses.reduce((sum, one) => sum + one, 0) / times;
    if (loss < best.loss) best = { recipe, trainedWith, epochs: epoch + 1, loss, losses };
  }
  return best;
}

/** The loss on examples that are held out, after each epoch, until it has got no better for long. */
async function lossCurve(
  held: HeldExamples,
  training: Int32Array,
  validation: Int32Array,
  { recipe, rules, losses, seed, spread, build }: TrialOptions,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const model = build();
  const averaged = build();
  const average = averageWeights(model, { decay: recipe.average, every: AVERAGED_EVERY });
  const { optimizer, plateau } = optimizerOf(rules, { rows: training.length });
  const learn = train(model, {
    loss: losses,
    regularizer: regularizerOf(rules, training.length, held.size),
    optimizer,
  });
  const curve: number[] = [];
  let best = 0;
  const loss = spread === undefined ? meanLoss(losses) : ofOutput(model.outputs[0] as string, rmse());
  for (let epoch = 0; epoch < recipe.epochs; epoch++) {
    const order = shuffled(training, seed, `trial epoch ${epoch}`);
    let figure: number;
    try {
      await from(held.minibatches(order, recipe.batchSize))
        .pipe(learn, average)
        .forEach(() => {});
      average.copyTo(averaged);
      figure = (await evaluate(averaged, from(held.minibatches(validation, 256)), { loss })).loss;
    } catch (error) {
      if (!(error instanceof DivergenceError || error instanceof NonFinitePredictionError)) throw error;
      return curve.length === 0 ? [Number.POSITIVE_INFINITY] : curve;
    }
    const measured = spread === undefined ? figure : (figure / spread) ** 2 / 2;
    curve.push(measured);
    plateau?.tell(measured);
    if (measured < (curve[best] as number)) best = epoch;
    if (epoch - best >= recipe.patience / 2) break;
    await setImmediate();
    signal.throwIfAborted();
  }
  return curve;
}

/** @see Knuth, "The Art of Computer Programming", volume 2, section 3.4.2, algorithm P. */
function shuffled(numbers: Int32Array, seed: number, purpose: string): Int32Array {
  const out = numbers.slice();
  const draw = random(seed, purpose);
  for (let i = out.length - 1; i > 0; i--) {
    const j = draw.integer(i, i + 1);
    [out[i], out[j]] = [out[j] as number, out[i] as number];
  }
  return out;
}
