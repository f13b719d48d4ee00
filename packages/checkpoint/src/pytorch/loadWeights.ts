import { type Box, expectModel, type FlowGraph } from '@fluxion/graph';
import {
  CheckpointError,
  elements,
  expectNames,
  formatShape,
  OptionError,
  sameShape,
  type Tensor,
} from '@fluxion/tensor';
import { expectFinite } from '../safetensors/expectFinite.js';
import { openSafetensors, type SafetensorsFile } from '../safetensors/openSafetensors.js';
import { type Layer, moduleTensors, type Taken } from './moduleTensors.js';

/** Where the weights of boxes are found. */
export interface LoadWeightsOptions {
  /**
   * By box, the name of the module whose tensors it takes, as `features.0`, or '' for the outermost; of a recurrent module of several layers the layer
   * too, `{ module: 'rnn', layer: 1 }`; or null for a box that keeps what it has. Default: the box's own name.
   */
  readonly map?: Readonly<Record<string, string | Layer | null>>;
  /** Modules of the file that the model lacks, as `classifier`: their tensors are left out. */
  readonly leftOut?: readonly string[];
}

/**
 * Loads weights that PyTorch saved into a model of the same boxes: its names and its layouts are turned into ours. Either all
 * that the model takes is there, in the right shapes, or nothing is changed.
 *
 * Layouts   Linear [out, in]; Conv [out, in / groups, ...kernel]; ConvTranspose [in, out / groups, ...kernel]; LSTM and GRU
 *           weight_ih_l0, weight_hh_l0 and two biases, which an lstm box adds up; BatchNorm's running_mean and running_var;
 *           MultiheadAttention's in_proj and out_proj, whose bias of the keys says nothing. A bias that is not there is 0
 *
 * @throws {CheckpointError} when the file is not safetensors, or it lacks tensors, has others, or has them in other shapes: all of them at
 *   once; {OptionError} when `map` names a box that does not exist.
 * @see https://pytorch.org/docs/stable/nn.html
 * @example
 * // In Python: safetensors.torch.save_file(net.state_dict(), 'net.safetensors')
 * await loadWeights(model, 'net.safetensors', { map: { linear1: 'fc1', linear2: 'fc2' } });
 */
export async function loadWeights(
  model: FlowGraph,
  path: string,
  { map = {}, leftOut = [] }: LoadWeightsOptions = {},
): Promise<void> {
  expectModel('loadWeights', model);
  expectNames(
    'loadWeights map',
    map,
    model.boxes.filter(hasWeights).map(({ name }) => name),
  );
  const file = await openSafetensors(path);
  try {
    const wanted = model.boxes.filter(hasWeights).flatMap((box) => cellsOf(box, map[box.name]));
    expectTensors(file, wanted, leftOut);
    const loaded = new Map<Cell, ArrayLike<number>>();
    for (const cell of wanted) loaded.set(cell, await valuesOf(file, cell, model));
    for (const [{ box, short }, values] of loaded) {
      const target = box.parameters.get(short) ?? box.states.get(short);
      if (target !== undefined) model.assign(target, values);
    }
  } finally {
    await file.close();
  }
}

/** A parameter or a state, and the tensors that it is made of. */
interface Cell {
  readonly box: Box;
  readonly short: string;
  readonly taken: Taken;
}

function hasWeights({ parameters }: Box): boolean {
  return parameters.size > 0;
}

function cellsOf(box: Box, given: string | Layer | null | undefined): readonly Cell[] {
  if (given === null) return [];
  const layer = typeof given === 'object' ? given : { module: given ?? box.name, layer: 0 };
  const { kind } = box.description;
  const make = Object.hasOwn(moduleTensors, kind) ? moduleTensors[kind] : undefined;
  if (make === undefined) {
    throw new OptionError(
      `loadWeights box '${box.name}': expected a box that PyTorch has, got ${kind}; leave it as it is, by map: { ${box.name}: null }`,
    );
  }
  return Object.entries(make(box, layer)).map(([short, taken]) => ({ box, short, taken }));
}

function expectTensors(
  { entries, path }: SafetensorsFile,
  cells: readonly Cell[],
  leftOut: readonly string[],
): void {
  const differences = new Set<string>();
  const used = new Set<string>();
  for (const { box, taken } of cells) {
    const where = `for ${box.description.kind} '${box.name}'`;
    for (const { name, shape, isOptional } of taken.tensors) {
      const entry = entries.get(name);
      used.add(name);
      if (entry === undefined) {
        if (!isOptional) differences.add(`no '${name}' ${formatShape(shape)} ${where}`);
      } else if (!sameShape(entry.shape, shape)) {
        differences.add(`'${name}' ${formatShape(entry.shape)} in place of ${formatShape(shape)} ${where}`);
      }
    }
  }
  const isLeftOut = (name: string): boolean =>
    name.endsWith('num_batches_tracked') ||
    leftOut.some((module) => name === module || name.startsWith(`${module}.`));
  for (const [name, { shape }] of entries) {
    if (!used.has(name) && !isLeftOut(name)) differences.add(`'${name}' ${formatShape(shape)} besides`);
  }
  if (differences.size === 0) return;
  const list = [...differences];
  const more = list.length > 10 ? ` and ${list.length - 10} more` : '';
  throw new CheckpointError(
    `${path}: expected the tensors of the model's boxes, got ${list.slice(0, 10).join(', ')}${more}; name the modules of boxes by map, and those that the model lacks by leftOut`,
  );
}

async function valuesOf(
  file: SafetensorsFile,
  { taken }: Cell,
  { dtype }: FlowGraph,
): Promise<ArrayLike<number>> {
  const tensors: (Tensor | undefined)[] = [];
  for (const { name } of taken.tensors) {
    const values = file.entries.has(name) ? await file.read(name) : undefined;
    if (values !== undefined) expectFinite(values, name, file.path, dtype);
    tensors.push(values);
  }
  // A copy: a view on the file's numbers in another order is no array.
  return elements(taken.make(tensors));
}
