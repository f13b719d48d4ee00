import type { FlowGraph } from '@fluxion/graph';
import { countParameters } from '../model/modelSummary.js';
import { lossesOf, type Task } from '../model/task.js';
import type { Recipe } from '../preparation/recipe.js';
import type { TrainingTable } from '../preparation/trainingTable.js';
import type { RuleOptions } from '../preparation/updateRules.js';
import { chooseRecipe } from './chooseRecipe.js';
import { crossValidate, type Trial } from './crossValidate.js';
import { holdExamples } from './heldExamples.js';

/** What was tried, and the recipe that is taken, with the epochs that it takes. */
export interface Choice {
  readonly trials: readonly Trial[];
  readonly taken: Trial;
  readonly chosen: Recipe;
}

/** What to choose from. */
export interface TryOptions {
  /** The simplest first. */
  readonly recipes: readonly Recipe[];
  readonly seed: number;
  /** What decides the updates of a recipe. */
  ruleOptions(recipe: Recipe): RuleOptions;
  /** Deviation of the one target, where losses of different kinds are compared: all are then ½ (error / spread)². */
  readonly spread?: number | undefined;
  build(recipe: Recipe): { readonly model: FlowGraph; readonly task: Task };
}

const MOST_FOLDS = 4;

/** Parts that a table is cut into: fewer of more rows, each of which tells more. */
function foldsOf(rows: number): number {
  return Math.min(MOST_FOLDS, Math.max(3, Math.round(4000 / rows)));
}

/** Weights times rows times epochs beyond which one part is held out only, and beyond which nothing is tried. */
const LONG = 2e9;
const TOO_LONG = 4e10;

/**
 * Tries recipes on a small table by cross-validation; undefined where there is one only, or it would take long.
 */
export async function tryRecipes(
  { source, rows, size }: Pick<TrainingTable, 'source' | 'rows' | 'size'>,
  { recipes, seed, spread, ruleOptions, build }: TryOptions,
  signal: AbortSignal,
): Promise<Choice | undefined> {
  const [first] = recipes;
  if (first === undefined || recipes.length === 1) return undefined;
  const works = recipes.map((recipe) => countParameters(build(recipe).model) * size * recipe.epochs);
  const work = Math.max(...works);
  if (work > TOO_LONG) return undefined;
  const { task } = build(first);
  const held = await holdExamples(source, { ...task.examples(true), rows }, signal);
  const isLong = work > LONG;
  const folds = isLong ? MOST_FOLDS : foldsOf(held.size);
  const trials: Trial[] = [];
  for (const recipe of recipes) {
    const options = {
      recipe,
      rules: ruleOptions(recipe),
      folds,
      held: isLong ? 1 : folds,
      seed,
      build: () => build(recipe).model,
      losses: lossesOf(build(recipe).task),
      spread,
    };
    trials.push(await crossValidate(held, options, signal));
  }
  const taken = chooseRecipe(trials);
  return { trials, taken, chosen: { ...taken.recipe, epochs: taken.epochs } };
}
