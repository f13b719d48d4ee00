import type { Encoder, GatheringShard, Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import type { KernelsName } from '@fluxion/tensor';
import type { ModelAbout, OutputAbout } from '../model/modelAbout.js';
import type { Task } from '../model/task.js';
import type { Network } from '../model/tower.js';
import type { Choice } from '../trials/tryRecipes.js';
import type { Recipe } from './recipe.js';
import type { RuleOptions } from './updateRules.js';

/** What the command line says of model and columns. */
export interface PrepareOptions {
  readonly target?: readonly string[] | undefined;
  readonly input?: readonly string[] | undefined;
  readonly loss?: string | undefined;
  /** What is made of a row of so many numbers, of which so many are predicted, where nothing is tried. */
  recipe(width: number, outputs: number): Recipe;
  /** The same and others to choose from, the simplest first. */
  recipes(width: number, outputs: number): readonly Recipe[];
  /** What decides the updates of a recipe. */
  ruleOptions(recipe: Recipe): RuleOptions;
  /** Is called before recipes are tried, which takes a while. */
  beforeTrials(): void;
  readonly seed?: number | undefined;
  readonly kernels?: KernelsName | undefined;
  readonly weight?: string | undefined;
  /** What reads pictures, texts and lists. */
  readonly network?: Network | undefined;
  readonly classWeights?: string | undefined;
  /** Which of several processes this is, that fit an encoder together. */
  readonly shard?: GatheringShard | undefined;
}

/** A model to train, its task, and what is saved of both. */
export interface Prepared {
  readonly model: FlowGraph;
  readonly task: Task;
  /** What model.json keeps of the task. */
  readonly about:
    | Pick<ModelAbout, 'loss' | 'inputs' | 'target'>
    | { readonly outputs: readonly OutputAbout[] };
  /** The table, with the columns that the model knows. */
  readonly source: Source;
  /** Makes the model's inputs, and is saved with it; absent where it takes columns of numbers as they are. */
  readonly encoder?: Encoder | undefined;
  /** What it is and how it is to be trained. */
  readonly chosen: Recipe;
  /** What that was chosen from; absent where nothing was tried. */
  readonly choice?: Choice | undefined;
  /** What may well be wrong with the columns. */
  readonly warnings: readonly string[];
}
