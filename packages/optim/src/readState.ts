import type { FlowGraph, Parameter } from '@fluxion/graph';
import {
  CheckpointError,
  type DeferredTensors,
  elements,
  formatShape,
  indexAt,
  type Saved,
  type Shape,
  ShapeError,
  sameShape,
  type Tensor,
} from '@fluxion/tensor';
import { type Optimizer, optimizerOf, type ParameterState } from './optimizer.js';

/** What was saved of one parameter. */
export interface SavedParameter {
  readonly parameter: Parameter;
  readonly updates: number;
  readonly tensors: ParameterState;
  /** Its updates that waited, where there were any. */
  readonly deferred: DeferredTensors | undefined;
}

/**
 * Reads what `OptimizerState.save` saved: all of it, and nothing else, for each parameter that was ever updated.
 *
 * @throws {ShapeError} when a tensor belongs to no parameter of the model, or has another shape; {CheckpointError} when one
 *   is missing, or a number in it cannot be.
 */
export function readState(
  saved: Saved,
  optimizer: Optimizer,
  model: FlowGraph,
): { readonly step: number; readonly parameters: readonly SavedParameter[] } {
  const rest = new Map(saved.tensors);
  const round = model.dtype === 'float32' ? Math.fround : Number;

  function read(name: string, shape: Shape, rule: string, fits: (value: number) => boolean): Tensor {
    const values = rest.get(name);
    rest.delete(name);
    if (values === undefined) throw damaged(`a tensor '${name}'`, 'none');
    if (!sameShape(values.shape, shape)) throw foreign(name, values);
    const numbers = elements(values);
    const place = numbers.findIndex((value) => !fits(value));
    if (place === -1) return values;
    throw damaged(`${rule} at '${name}'[${indexAt(place, shape).join(', ')}]`, `${numbers[place]}`);
  }

  function readCounts(name: string, shape: Shape): Tensor {
    const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    return read(name, shape, 'a whole number from 0', isCount);
  }

  function readCount(name: string): number {
    return readCounts(name, [1]).get(0);
  }

  function readDeferred(
    { name, value, deferred }: Parameter,
    hasVelocity: boolean,
  ): DeferredTensors | undefined {
    const of = (short: string): Tensor | undefined => rest.get(`${name}.deferred.${short}`);
    const waiting = of('terms');
    if (waiting === undefined) return undefined;
    const count = Math.max(0, (waiting.shape[1] ?? 0) - 2);
    const known = Math.max(count, of('inputs')?.shape[0] ?? 0);
    const [fanIn, fanOut] = value.shape as [number, number];
    const fits = (value: number): boolean => Number.isFinite(round(value));
    const one = (short: string, shape: Shape): Tensor =>
      read(`${name}.deferred.${short}`, shape, 'a finite number', fits);
    const tensors = {
      terms: one('terms', [2, 2 + count]),
      ...(known > 0 && { inputs: one('inputs', [known, fanIn]) }),
      ...(count > 0 && { base: one('base', value.shape), outputs: one('outputs', [count, fanOut]) }),
      ...(of('foresight') && { foresight: readCounts(`${name}.deferred.foresight`, [2]) }),
      ...(count > 0 && hasVelocity && { velocity: one('velocity', value.shape) }),
    };
    if (deferred === undefined) return undefined;
    if (count < deferred.examples && known <= deferred.examples) return tensors;
    throw damaged(
      `blocks of ${deferred.examples} updates of '${name}', as these kernels have`,
      `one of ${Math.max(count, known)}`,
    );
  }

  const step = readCount('updates');
  const parameters: SavedParameter[] = [];
  for (const parameter of model.parameters) {
    const { name } = parameter;
    if (!rest.has(`${name}.updates`)) continue;
    const updates = readCount(`${name}.updates`);
    const { nonNegative, ...own } = optimizerOf(optimizer, parameter);
    const tensors = Object.entries(own.stateShapes(parameter)).map(([short, shape]) => {
      const least = nonNegative?.includes(short) ? 0 : Number.NEGATIVE_INFINITY;
      const rule = `a number${least === 0 ? ' from 0' : ''} within the range of ${model.dtype}`;
      const fits = (value: number): boolean => Number.isFinite(round(value)) && value >= least;
      return [short, read(`${name}.${short}`, shape, rule, fits)] as const;
    });
    const deferred = readDeferred(
      parameter,
      tensors.some(([short]) => short === 'velocity'),
    );
    parameters.push({ parameter, updates, tensors: Object.fromEntries(tensors), deferred });
  }
  for (const [name, tensor] of rest) throw foreign(name, tensor);
  return { step, parameters };
}

function damaged(expected: string, got: string): CheckpointError {
  return new CheckpointError(
    `optimizer restore: expected ${expected}, got ${got}; go back to an undamaged checkpoint, or start over`,
  );
}

function foreign(name: string, { shape }: Tensor): ShapeError {
  return new ShapeError(
    `optimizer restore: expected tensors of the model's parameters, got '${name}' ${formatShape(shape)}; give the model that it was saved with`,
  );
}
