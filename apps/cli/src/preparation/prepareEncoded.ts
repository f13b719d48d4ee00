import type { FitOptions, NumberTarget, Target, TargetMeaning } from '@fluxion/data';
import { graph } from '@fluxion/layers';
import { DataError } from '@fluxion/tensor';
import { encodedTask } from '../model/encodedTask.js';
import { lossByName } from '../model/lossFor.js';
import type { OutputAbout } from '../model/modelAbout.js';
import { plainGraph } from '../model/plainGraph.js';
import { mixedWarnings } from '../reporting/warnings.js';
import type { Trial } from '../trials/crossValidate.js';
import { type Choice, tryRecipes } from '../trials/tryRecipes.js';
import { UsageError } from '../usageError.js';
import { classWeights } from './classWeights.js';
import { type Fitted, fitTo } from './fitTo.js';
import { NETWORK_WIDTH, networkRecipe } from './networkRecipe.js';
import { prepareColumns } from './prepareColumns.js';
import type { Prepared, PrepareOptions } from './prepared.js';
import type { Recipe } from './recipe.js';
import type { TrainingTable } from './trainingTable.js';
import { inputWidth, outputWidth } from './widths.js';

/**
 * A new model for a table of any columns, behind an encoder that is fitted to it.
 *
 * @throws {DataError}, {OptionError} or {UsageError} when columns and options do not go together.
 */
export async function prepareEncoded(
  table: TrainingTable,
  options: PrepareOptions & { readonly target: readonly string[] },
  signal: AbortSignal,
): Promise<Prepared> {
  const { target, input, loss, weight, shard, seed = 0 } = options;
  const { source, rows } = table;
  const both = input?.find((column) => target.includes(column));
  if (both !== undefined) {
    throw new UsageError(`--input: expected columns that are no target, got ${both}; leave it out`);
  }
  const fit = (meant: FitOptions['target']): Promise<Fitted> =>
    fitTo(
      table,
      {
        ...(meant !== undefined && { target: meant }),
        ...(input && { input }),
        ...(weight !== undefined && { weight }),
        ...(rows && { rows }),
        ...(shard && { shard }),
      },
      options.network,
      signal,
    );
  const meaning = meaningFor(loss);
  const fitted = await fit(
    meaning === undefined ? target : Object.fromEntries(target.map((name) => [name, meaning])),
  ).catch((error: unknown) => {
    throw loss === undefined || meaning === 'classes' ? error : blamedOn(loss, error, target);
  });
  const { encoder, network } = fitted;
  const targets = Object.values(encoder.targets);
  // Shares from 0 to 1 are learned as they are.
  if (loss === YES_OR_NO && targets.some(({ kind }) => kind === 'number')) {
    return prepareColumns(table, options, undefined, signal);
  }
  for (const target of targets) expectTarget(target, table, loss);
  const width = inputWidth(Object.values(encoder.inputs));
  const outputs = outputWidth(targets);
  // The sums that a network is made of are of some hundreds of terms, whatever the width.
  const recipes =
    network === undefined
      ? options.recipes(width, outputs)
      : [networkRecipe(network, options.recipe(NETWORK_WIDTH, outputs))];
  const weights = await classWeights(options.classWeights, { ...table, encoder }, signal);
  if (recipes.length > 1) options.beforeTrials();
  const skewed = recipes.length > 1 && loss === undefined ? skewedTarget(targets) : undefined;
  const fits = skewed === undefined ? [fitted] : [fitted, await fit({ [skewed.column]: 'amount' })];
  let taken: { readonly fitted: Fitted; readonly choice?: Choice | undefined } = { fitted };
  const trials: Trial[] = [];
  for (const fitted of fits) {
    const choice = await tryRecipes(
      table,
      {
        ...options,
        recipes,
        build: (recipe) => build(fitted, options, weights, recipe),
        seed,
        spread: skewed?.deviation,
      },
      signal,
    );
    if (choice === undefined) break;
    trials.push(...choice.trials);
    if (taken.choice === undefined || choice.taken.loss < taken.choice.taken.loss) taken = { fitted, choice };
  }
  const [first, ...more] = recipes;
  const usual = first !== undefined && more.length === 0 ? first : options.recipe(width, outputs);
  const chosen = taken.choice?.chosen ?? usual;
  return {
    ...build(taken.fitted, options, weights, chosen),
    source,
    encoder: taken.fitted.encoder,
    chosen,
    choice: taken.choice && { ...taken.choice, trials },
    warnings: mixedWarnings(encoder.mixed),
  };
}

/** What is wrong with the target for a loss of numbers. */
function blamedOn(loss: string, error: unknown, target: readonly string[]): unknown {
  if (!(error instanceof DataError) || !target.includes(error.place.column ?? '')) return error;
  return new DataError(
    `${error.reason}; --loss ${loss} takes numbers, so leave it out for classes`,
    error.place,
    {
      cause: error,
    },
  );
}

/** The only target, where it is a number that a few rows have far more of than the others. */
function skewedTarget([target, ...others]: readonly Target[]): NumberTarget | undefined {
  return target?.kind === 'number' && target.isSkewed && others.length === 0 ? target : undefined;
}

/** A new model of a recipe, with its task. */
function build(
  { encoder, network, parts }: Fitted,
  { loss, seed = 0, kernels }: PrepareOptions,
  weights: readonly number[] | undefined,
  { hidden, activation }: Recipe,
): Pick<Prepared, 'model' | 'task'> & { readonly about: { readonly outputs: readonly OutputAbout[] } } {
  const targets = Object.values(encoder.targets);
  const lossOf = (target: Target): string => loss ?? usualLoss(target);
  const description = plainGraph({
    inputs: encoder.inputs,
    network,
    parts,
    hidden,
    activation,
    outputs: targets.map((target) => ({
      ...(targets.length > 1 && { name: target.column }),
      units: target.kind === 'number' || loss === YES_OR_NO ? 1 : target.classes.length,
      loss: lossOf(target),
    })),
  });
  const model = graph(description, { seed, encoder, ...(kernels && { kernels }) });
  const outputs = targets.map((target, i) => ({
    output: model.outputs[i] as string,
    target: target.column,
    loss: lossOf(target),
  }));
  return { model, task: encodedTask(encoder, outputs, weights), about: { outputs } };
}

/** The loss of one unit for two classes. */
const YES_OR_NO = 'binaryCrossEntropy';
/** The loss of logarithms of amounts. */
const AMOUNTS = 'poisson';

function usualLoss(target: Target): string {
  if (target.kind === 'classes') return 'softmaxCrossEntropy';
  return target.isLog === true ? AMOUNTS : 'squaredError';
}

/** What a loss says of its target; undefined where it says nothing. */
function meaningFor(loss: string | undefined): TargetMeaning | undefined {
  if (loss === undefined || loss === YES_OR_NO) return undefined;
  if (loss === AMOUNTS) return 'amount';
  return lossByName(loss).targets === 'labels' ? 'classes' : 'number';
}

/** Classes that may be so many of however few rows. */
const FEW_CLASSES = 20;

/** @throws {DataError} when there is nothing to tell apart, or nearly each row is a class of its own. */
function expectTarget(target: Target, { source, size }: TrainingTable, loss: string | undefined): void {
  const place = { file: source.name, column: target.column };
  if (target.kind === 'number') {
    if (target.deviation > 0) return;
    throw new DataError(
      `expected numbers that differ, got ${target.mean} in every row; name another target, or give other rows too`,
      place,
    );
  }
  const { length } = target.classes;
  if (length < 2) {
    throw new DataError(
      `expected names of two classes or more, got '${target.classes[0]}' alone; give data of other classes too`,
      place,
    );
  }
  if (loss === YES_OR_NO && length > 2) {
    throw new DataError(
      `expected two classes for the loss ${loss}, got ${length}; leave --loss out, or name another target`,
      place,
    );
  }
  if (size > 0 && length > Math.max(FEW_CLASSES, 0.7 * size)) {
    throw new DataError(
      `expected classes that come again, got ${length} different ones in hardly more rows; name another target, or add --loss squaredError where it is a number`,
      place,
    );
  }
}
