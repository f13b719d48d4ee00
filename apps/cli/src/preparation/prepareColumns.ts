import { graph } from '@fluxion/layers';
import { columnTask } from '../columns/columnTask.js';
import { expectFits } from '../columns/expectFits.js';
import { findColumns } from '../columns/findColumns.js';
import type { OpenedModel } from '../model/openModel.js';
import { plainGraph } from '../model/plainGraph.js';
import { columnWarnings } from '../reporting/warnings.js';
import { UsageError } from '../usageError.js';
import { NETWORK_WIDTH, networkRecipe } from './networkRecipe.js';
import type { Prepared, PrepareOptions } from './prepared.js';
import type { TrainingTable } from './trainingTable.js';
import { inputWidth } from './widths.js';

/**
 * The model that is given, or a new one, for columns of numbers or words that it takes as they are.
 *
 * @throws {DataError}, {ShapeError} or {UsageError} when columns, options and model do not go together.
 */
export async function prepareColumns(
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
  const width = options.network === undefined ? inputWidth(shapes.map(([, shape]) => shape)) : NETWORK_WIDTH;
  const usual = options.recipe(width, found.outputs);
  const chosen = options.network === undefined ? usual : networkRecipe(options.network, usual);
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
