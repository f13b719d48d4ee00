import { type Encoder, fitEncoder, type RowFilter, type Source, type Target } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { graph } from '@fluxion/layers';
import { DataError, type KernelsName } from '@fluxion/tensor';
import { DataType, type Schema } from 'apache-arrow';
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
import { type Choice, tryRecipes } from '../trials/tryRecipes.js';
import { UsageError } from '../usageError.js';
import { classWeights } from './classWeights.js';
import type { Recipe } from './recipe.js';
import { columnWarnings } from './warnings.js';

/** What the command line says of model and columns. */
export interface PrepareOptions {
  readonly target?: readonly string[] | undefined;
  readonly input?: readonly string[] | undefined;
  readonly loss?: string | undefined;
  /** What to make of it: one, or several to choose from, the simplest first. */
  readonly recipes: readonly Recipe[];
  readonly seed?: number | undefined;
  readonly kernels?: KernelsName | undefined;
  readonly classWeights?: string | undefined;
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
  /** What the recipe was chosen from; absent where nothing was tried. */
  readonly choice?: Choice | undefined;
  /** What may well be wrong with the columns. */
  readonly doubts: readonly string[];
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
      doubts: [],
    };
  }
  const target = options.target ?? opened?.about?.target.columns;
  if (target === undefined) throw new UsageError('--target: expected the column to predict, got none');
  return opened === undefined && isEncoded(table.schema, { ...options, target })
    ? newEncoded(table, { ...options, target }, signal)
    : ofColumns(table, { ...options, target }, opened, signal);
}

/** Lists, and yes or no under its own loss, are taken as they are. */
function isEncoded({ fields }: Schema, { input, target = [], loss }: PrepareOptions): boolean {
  const used = fields.filter(
    ({ name }) => input === undefined || input.includes(name) || target.includes(name),
  );
  return loss !== 'binaryCrossEntropy' && !used.some(({ type }) => DataType.isFixedSizeList(type));
}

async function newEncoded(
  table: TrainingTable,
  options: PrepareOptions & { readonly target: readonly string[] },
  signal: AbortSignal,
): Promise<Prepared> {
  const { target, input, loss, recipes, seed = 0, kernels } = options;
  const kind = loss === undefined ? undefined : lossByName(loss).targets === 'labels' ? 'classes' : 'number';
  const { source, rows } = table;
  const encoder = await fitEncoder(
    source,
    {
      target: kind === undefined ? target : Object.fromEntries(target.map((name) => [name, kind])),
      ...(input && { input }),
      ...(rows && { rows }),
    },
    signal,
  );
  const targets = Object.values(encoder.targets);
  for (const target of targets) expectSeveral(target, source.name);
  const lossOf = (target: Target): string =>
    loss ?? (target.kind === 'classes' ? 'softmaxCrossEntropy' : 'squaredError');
  const weights = await weightsOf(table, encoder, options, signal);
  const build = ({ hidden, activation }: Recipe) => {
    const description = plainGraph({
      inputs: encoder.inputs,
      hidden,
      activation,
      outputs: targets.map((target) => ({
        ...(targets.length > 1 && { name: target.column }),
        units: target.kind === 'classes' ? target.classes.length : 1,
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
  };
  const choice = await tryRecipes(table, { recipes, build, seed }, signal);
  const built = build(choice?.chosen ?? (recipes.at(-1) as Recipe));
  return { ...built, source, encoder, choice, doubts: [] };
}

function expectSeveral(target: Target, file: string): void {
  if (target.kind === 'number' || target.classes.length > 1) return;
  throw new DataError(
    `expected names of two classes or more, got '${target.classes[0]}' alone; give data of other classes too`,
    { file, column: target.column },
  );
}

async function ofColumns(
  { source }: TrainingTable,
  options: PrepareOptions & { readonly target: readonly string[] },
  opened: OpenedModel | undefined,
  signal: AbortSignal,
): Promise<Prepared> {
  const { target, input, loss, recipes, seed = 0, kernels } = options;
  const { hidden, activation } = recipes.at(-1) as Recipe;
  if (options.classWeights !== undefined) {
    throw new UsageError(
      '--class-weights: expected a table that is encoded, got columns that a model takes as they are',
    );
  }
  const found = await findColumns(source, { input, target, loss, ...opened }, signal);
  if (opened !== undefined) expectFits(opened.model, found, source.name);
  const shapes = Object.entries(found.inputs).map(([name, { shape }]) => [name, shape] as const);
  const model =
    opened?.model ??
    graph(
      plainGraph({
        inputs: Object.fromEntries(shapes),
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
  const chosen = input !== undefined || opened?.about !== undefined;
  const task = columnTask(about, model, chosen ? [] : found.unused);
  return { model, task, about, source, doubts: columnWarnings(found) };
}

async function weightsOf(
  table: TrainingTable,
  encoder: Encoder,
  { classWeights: text }: PrepareOptions,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  return text === undefined ? undefined : classWeights(text, { ...table, encoder }, signal);
}
