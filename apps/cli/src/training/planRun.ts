import { expectSavable } from '@fluxion/checkpoint';
import type { Position } from '@fluxion/data';
import type { Host } from '../host.js';
import { usualRate } from '../options/optimizerOptions.js';
import { noticesTo } from '../output/noticesTo.js';
import type { StageLine } from '../output/stageLine.js';
import type { Prepared } from '../preparation/prepared.js';
import { prepareTraining } from '../preparation/prepareTraining.js';
import { type Recipe, recipe, SMALL_TABLE, triedRecipes, withoutTwins } from '../preparation/recipe.js';
import { optimizerOf, type RuleOptions, type ScheduledOptimizer } from '../preparation/updateRules.js';
import type { Job } from './job.js';
import { type OpenedRun, ownColumnOptions } from './openRun.js';
import { positionAfter } from './trainingOrder.js';
import type { TrainOptions } from './trainOptions.js';
import { type ValidationRows, validationTable } from './validationTable.js';

/** The model of a run, and how it is trained. */
export interface PlannedRun extends ScheduledOptimizer {
  readonly prepared: Prepared;
  /** The command line, and what it leaves open as the recipe has it. */
  readonly options: TrainOptions & RuleOptions;
  /** Whether the number of epochs has been found out before, so that the last one is kept. */
  readonly isDecided: boolean;
  /** Where in the order of examples the run begins, or began. */
  readonly from: Position;
  /** What the model is measured on; absent where on nothing. */
  readonly measured: ValidationRows | undefined;
}

/**
 * Decides on a model and how it is trained: as the command line says, and as is usual or is found by trying where it says nothing.
 *
 * @param beforeTrials is called before recipes are tried, which takes a while
 * @param job the job that this is a rank of: all ranks look at the columns together
 */
export async function planRun(
  { source, schema, validation, held, order, opened, before, plan }: OpenedRun,
  given: TrainOptions,
  host: Host,
  stage: StageLine,
  beforeTrials: () => void,
  signal: AbortSignal,
  job?: Job,
): Promise<PlannedRun> {
  const { trainingRows } = held;
  const rows = trainingRows ?? 0;
  const ruleOptions = (recipe: Recipe) => ({ decreaseConstant: 0, ...defined(given), ...recipe });
  const asks = {
    ...given,
    ...ownColumnOptions(plan, opened),
    ...(given.model !== undefined && opened?.encoded !== undefined && { target: undefined }),
    shard: job?.ranks,
    recipe: (width: number, outputs: number) => plan?.recipe ?? usualRecipe(given, rows, width, outputs),
    recipes: (width: number, outputs: number) =>
      plan === undefined ? recipesFor(given, opened !== undefined, rows, width, outputs) : [plan.recipe],
    ruleOptions,
    beforeTrials() {
      stage.next('trying networks');
      beforeTrials();
    },
  };
  const table = { source, schema, rows: held.training, size: rows };
  const prepared = await stage.during('looking at the columns', () =>
    prepareTraining(table, asks, opened, signal),
  );
  if (given.out !== undefined) expectSavable(prepared.model);
  const options = ruleOptions(prepared.chosen);
  const { onBadRow, maxBadShare } = given;
  return {
    prepared,
    options,
    ...optimizerOf(options, {
      rows: trainingRows && (job?.updating(trainingRows) ?? trainingRows),
      epochsBefore: before?.epochs,
    }),
    isDecided: plan?.isDecided ?? prepared.choice !== undefined,
    from: plan?.from ?? positionAfter(before, order),
    // A wrong file is found out now, not after the first epoch.
    measured: await validationTable(
      validation,
      prepared,
      prepared.source,
      { held, notice: noticesTo(host, given), bad: { onBadRow, maxBadShare } },
      signal,
    ),
  };
}

/** Where the page of a run is written; undefined where there is none. */
export function pagePath({ options: { out, epochs, report }, measured }: PlannedRun): string | undefined {
  const isPaged = out !== undefined && epochs > 0 && report !== false && measured !== undefined;
  return isPaged ? `${out}.html` : undefined;
}

/** Rows that are too few to try recipes on. */
const FEWEST_ROWS = 20;

/**
 * What is usual, under the options that are given. A recurrence is not regularized: its weights, kept near 0, would forget what came
 * some steps before, and it would learn nothing.
 */
function usualRecipe(options: TrainOptions, rows: number, width: number, outputs: number): Recipe {
  const usual = recipe(rows, width, outputs);
  return under(options, options.network === 'rnn' ? { ...usual, l2: 0 } : usual);
}

/** Recipes under the options that are given, to be tried, or one. Whoever says how many epochs has decided. */
function recipesFor(
  options: TrainOptions,
  isTrained: boolean,
  rows: number,
  width: number,
  outputs: number,
): readonly Recipe[] {
  const usual = recipe(rows, width, outputs);
  const { optimizer = usual.optimizer } = options;
  const isOpen = options.epochs === undefined && optimizer === 'adam' && !isTrained;
  const all = isOpen && rows >= FEWEST_ROWS && rows <= SMALL_TABLE ? triedRecipes(usual, rows) : [usual];
  return withoutTwins(all.map((one) => under(options, one)));
}

function under(options: TrainOptions, one: Recipe): Recipe {
  const { optimizer = one.optimizer } = options;
  // Whoever asks for SGD gets that of the course.
  const plain = optimizer === 'sgd' ? { batchSize: 1, l2: 0, average: 0 } : {};
  const rate = optimizer === one.optimizer ? {} : { learningRate: usualRate(optimizer) };
  return { ...one, ...plain, ...rate, ...defined(options), optimizer };
}

function defined(options: TrainOptions): Omit<TrainOptions, keyof Recipe> & Partial<Recipe> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
