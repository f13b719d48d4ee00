import type { JsonValue } from '@fluxion/checkpoint';
import { type ActivationName, activations } from '../options/networkOptions.js';
import { type OptimizerName, optimizerNames } from '../options/optimizerOptions.js';

/** What a network is and how it is trained, where the command line leaves it open. */
export interface Recipe {
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly batchSize: number;
  /** λ of λ ΣW². */
  readonly l2: number;
  readonly epochs: number;
  /** Epochs without a better validation loss after which training stops. */
  readonly patience: number;
  /** Decay of the running mean of the weights that is kept for the model; 0 where the weights themselves are. */
  readonly average: number;
}

/** Rows up to which a table is small. */
export const SMALL_TABLE = 5000;

/** Outputs beyond which a small table gets as many hidden units as a large one. */
const MANY_OUTPUTS = 32;

/** Updates that a table is given, however few its rows. */
const UPDATES = { small: 10_000, large: 20_000 };

/**
 * Defaults that learn on tables of a hundred rows to millions; `npm run bench tables` compares them with scikit-learn's.
 * Small tables go through more epochs of smaller minibatches, so that there are enough updates; λ = 1/n is a Gaussian prior
 * of variance 1/2 on each weight, against n examples.
 *
 * An update of Adam moves each weight by about α, and so an output by α times as many numbers as it is a sum of: α is smaller
 * where these are many.
 *
 * @param rows to train on
 * @param width numbers that a row is encoded to
 * @param outputs numbers that are predicted, one for each class
 */
export function recipe(rows: number, width: number, outputs: number): Recipe {
  const batchSize = Math.min(256, Math.max(8, 2 ** Math.floor(Math.log2(Math.sqrt(rows) / 2))));
  const size = rows <= SMALL_TABLE ? 'small' : 'large';
  const updates = Math.max(1, Math.ceil(rows / batchSize));
  const epochs = Math.min(200, Math.max(10, Math.ceil(UPDATES[size] / updates)));
  return {
    hidden: size === 'small' && outputs <= MANY_OUTPUTS ? [64] : [128],
    activation: 'relu',
    optimizer: 'adam',
    learningRate: 0.005 * Math.min(1, Math.sqrt(100 / Math.max(1, width))),
    batchSize,
    l2: rows === 0 ? 0 : 1 / rows,
    epochs,
    patience: Math.max(5, Math.round(epochs / 5)),
    average: size === 'small' ? 0.995 : 0.998,
  };
}

/**
 * What a small table is tried with, the simplest first: no hidden layer, under a very strong prior, which wide tables of few rows
 * want, under a strong one, and under that of logistic regression, of variance 1 on each weight; the usual network under the strong
 * ones; the usual one; and one of two layers, which sharp edges and products want.
 */
export function triedRecipes(usual: Recipe, rows: number): readonly Recipe[] {
  const [units = 0] = usual.hidden;
  return [
    ...[50, 5, 0.5].map((strength) => ({ ...usual, hidden: [], l2: strength / rows })),
    ...[50, 5].map((strength) => ({ ...usual, l2: strength / rows })),
    usual,
    { ...usual, hidden: [units, units / 2] },
  ];
}

/** Recipes, each once. */
export function withoutTwins(recipes: readonly Recipe[]): readonly Recipe[] {
  return [...new Map(recipes.map((recipe) => [JSON.stringify(recipe), recipe])).values()];
}

/** A recipe of what may be more than one. */
export function recipeOf(options: Recipe): Recipe {
  const { hidden, activation, optimizer, learningRate, batchSize, l2, epochs, patience, average } = options;
  return { hidden, activation, optimizer, learningRate, batchSize, l2, epochs, patience, average };
}

/** A recipe as it was saved, or more than one: what else there is, is passed over. */
export function recipeFromJson(json: JsonValue): Recipe {
  const number = (name: string): number => json.field(name).number();
  return {
    hidden: json
      .field('hidden')
      .array()
      .map((units) => units.integer(1)),
    activation: json.field('activation').oneOf(Object.keys(activations) as ActivationName[]),
    optimizer: json.field('optimizer').oneOf(optimizerNames),
    learningRate: number('learningRate'),
    batchSize: json.field('batchSize').integer(1),
    l2: number('l2'),
    epochs: json.field('epochs').integer(),
    patience: json.field('patience').integer(1),
    average: number('average'),
  };
}
