import type {
  Encoder,
  FitOptions,
  GatheringShard,
  NumberTarget,
  RowFilter,
  Source,
  Target,
  TargetMeaning,
} from '@fluxion/data';
import { type FlowGraph, type InputDescription, inputOptions } from '@fluxion/graph';
import { pictureShape } from '@fluxion/images';
import { graph } from '@fluxion/layers';
import { DataError, type KernelsName, sizeOf } from '@fluxion/tensor';
import { DataType, type Field, type Schema } from 'apache-arrow';
import { columnTask } from '../columns/columnTask.js';
import { expectFits } from '../columns/expectFits.js';
import { findColumns } from '../columns/findColumns.js';
import { encodedTask } from '../model/encodedTask.js';
import { lossByName } from '../model/lossFor.js';
import type { ModelAbout, OutputAbout } from '../model/modelAbout.js';
import type { OpenedModel } from '../model/openModel.js';
import { ownColumns } from '../model/ownColumns.js';
import { plainGraph } from '../model/plainGraph.js';
import type { Task } from '../model/task.js';
import type { Network } from '../model/tower.js';
import type { Trial } from '../trials/crossValidate.js';
import { type Choice, tryRecipes } from '../trials/tryRecipes.js';
import { UsageError } from '../usageError.js';
import { classWeights } from './classWeights.js';
import { type Fitted, fitTo } from './fitTo.js';
import type { Recipe } from './recipe.js';
import type { RuleOptions } from './updateRules.js';
import { columnWarnings } from './warnings.js';

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

/** The table to train on. */
export interface TrainingTable {
  readonly source: Source;
  readonly schema: Schema;
  /** Which rows are trained on: all that is learned of the table is learned of them. */
  readonly rows: RowFilter | undefined;
  /** How many these are; 0 where that is not known. */
  readonly size: number;
}

/**
 * The model that is named, with its task, or a new one for the columns of a table.
 *
 * @throws {DataError}, {OptionError} or {UsageError} when columns, options and model do not go together.
 */
export async function prepareTraining(
  table: TrainingTable,
  options: PrepareOptions,
  opened: OpenedModel | undefined,
  signal: AbortSignal,
): Promise<Prepared> {
  if (opened?.encoded !== undefined) {
    const { model } = opened;
    const { encoder, about } = opened.encoded;
    const source = ownColumns(table.source, encoder, options);
    const weights = await weightsOf({ ...table, source }, encoder, options, signal);
    const { outputs } = about;
    return {
      model,
      task: encodedTask(encoder, outputs, weights),
      about: { outputs },
      source,
      encoder,
      chosen: options.recipe(
        widthOf(Object.values(encoder.inputs)),
        outputsOf(Object.values(encoder.targets)),
      ),
      warnings: [],
    };
  }
  const target = options.target ?? opened?.about?.target.columns;
  if (target === undefined) throw new UsageError('--target: expected the column to predict, got none');
  return opened === undefined && isEncoded(table.schema, { ...options, target })
    ? newEncoded(table, { ...options, target }, signal)
    : ofColumns(table, { ...options, target }, opened, signal);
}

/**
 * Lists of bytes that are pictures, with nothing but numbers beside them, are taken as they are, and so is all where lists are to
 * be predicted. Pictures of files are encoded.
 */
function isEncoded({ fields }: Schema, { input, target = [] }: PrepareOptions): boolean {
  const inputs = fields.filter(({ name }) => !target.includes(name) && (input?.includes(name) ?? true));
  const areLists = fields.some(({ name, type }) => target.includes(name) && DataType.isFixedSizeList(type));
  const isRaw = (field: Field): boolean => isPicture(field.type) && pictureShape(field) === undefined;
  return !areLists && !(inputs.some(isRaw) && inputs.every((field) => isRaw(field) || isNumber(field.type)));
}

function isNumber(type: DataType): boolean {
  return DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type);
}

function isPicture(type: DataType): boolean {
  if (!DataType.isFixedSizeList(type)) return false;
  const { valueType } = type;
  return (
    isPicture(valueType) || (DataType.isInt(valueType) && valueType.bitWidth === 8 && !valueType.isSigned)
  );
}

async function newEncoded(
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
  );
  const { encoder, network } = fitted;
  const targets = Object.values(encoder.targets);
  // Shares from 0 to 1 are learned as they are.
  if (loss === YES_OR_NO && targets.some(({ kind }) => kind === 'number')) {
    return ofColumns(table, options, undefined, signal);
  }
  for (const target of targets) expectTarget(target, table, loss);
  const width = widthOf(Object.values(encoder.inputs));
  const outputs = outputsOf(targets);
  // The sums that a network is made of are of some hundreds of terms, whatever the width.
  const recipes =
    network === undefined
      ? options.recipes(width, outputs)
      : [only(network)(options.recipe(NETWORK_WIDTH, outputs))];
  const weights = await weightsOf(table, encoder, options, signal);
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
    warnings: [],
  };
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

/** Numbers that the sums of a network have, about. */
const NETWORK_WIDTH = 600;

/** A recipe with the hidden layers that a network leaves: those of a file are all there are. */
function only(network: Network): (recipe: Recipe) => Recipe {
  return (recipe) => (typeof network === 'string' ? recipe : { ...recipe, hidden: [] });
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

/** Numbers that are predicted of an example. */
function outputsOf(targets: readonly Target[]): number {
  return targets.reduce((sum, target) => sum + (target.kind === 'classes' ? target.classes.length : 1), 0);
}

/** Numbers in an example of all inputs. */
function widthOf(inputs: readonly InputDescription[]): number {
  return inputs.reduce((sum: number, input) => sum + sizeOf(inputOptions(input).shape), 0);
}

async function ofColumns(
  { source }: TrainingTable,
  options: PrepareOptions & { readonly target: readonly string[] },
  opened: OpenedModel | undefined,
  signal: AbortSignal,
): Promise<Prepared> {
  const { target, input, loss, seed = 0, kernels } = options;
  for (const [name, value] of [
    ['--class-weights', options.classWeights],
    ['--weight', options.weight],
  ]) {
    if (value === undefined) continue;
    throw new UsageError(
      `${name}: expected a table that is encoded, got columns that a model takes as they are`,
    );
  }
  const found = await findColumns(source, { input, target, loss, ...opened }, signal);
  if (opened !== undefined) expectFits(opened.model, found, source.name);
  const shapes = Object.entries(found.inputs).map(([name, { shape }]) => [name, shape] as const);
  const width = options.network === undefined ? widthOf(shapes.map(([, shape]) => shape)) : NETWORK_WIDTH;
  const usual = options.recipe(width, found.outputs);
  const chosen = options.network === undefined ? usual : only(options.network)(usual);
  const { hidden, activation } = chosen;
  const model =
    opened?.model ??
    graph(
      plainGraph({
        inputs: Object.fromEntries(shapes),
        network: options.network,
        hidden,
        activation,
        outputs: [{ units: found.outputs, loss: found.loss }],
      }),
      { seed, ...(kernels && { kernels }) },
    );
  const scaled = Object.entries(found.inputs).map(
    ([name, { columns, scale }]) => [name, { columns, scale }] as const,
  );
  const about = { loss: found.loss, inputs: Object.fromEntries(scaled), target: found.target };
  const isNamed = input !== undefined || opened?.about !== undefined;
  const task = columnTask(about, model, isNamed ? [] : found.unused);
  return { model, task, about, source, chosen, warnings: columnWarnings(found) };
}

async function weightsOf(
  table: TrainingTable,
  encoder: Encoder,
  { classWeights: text }: PrepareOptions,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  return text === undefined ? undefined : classWeights(text, { ...table, encoder }, signal);
}
