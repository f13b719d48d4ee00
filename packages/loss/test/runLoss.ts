import type { Loss, LossCells } from '@fluxion/graph';
import { arena, elements, referenceKernels, type Tensor, tensor } from '@fluxion/tensor';

/** What a loss makes of an output and targets. */
export interface LossRun {
  /** One loss per example. */
  readonly losses: number[];
  /** Gradient of the mean loss with respect to the output, in row-major order. */
  readonly dOutput: number[];
}

/** Runs one loss outside any graph, in float64 on the reference kernels. Every cell holds NaN before. */
export function runLoss<T extends Loss['targets']>(
  loss: Loss<T>,
  output: Tensor,
  targets: LossCells<T>['targets'],
  mask?: Tensor,
): LossRun {
  const cell = (shape: readonly number[]): Tensor =>
    tensor(new Float64Array(shape.reduce((size, length) => size * length, 1)).fill(Number.NaN), shape);
  const [batch, ...shape] = output.shape as [number, ...number[]];
  const workspace = Object.entries(loss.workspace?.(shape) ?? {});
  const losses = cell([batch]);
  const dOutput = cell(output.shape);
  const cells = {
    kernels: referenceKernels(arena('float64')),
    output,
    targets,
    mask,
    losses,
    weights: new Float64Array(batch).fill(1),
    stepWeights: undefined,
    workspace: Object.fromEntries(workspace.map(([name, shape]) => [name, cell([batch, ...shape])])),
  };
  for (const run of loss.fprop(cells)) run?.();
  for (const run of loss.bprop({ ...cells, dOutput: { tensor: dOutput, beta: 0 }, factor: 1 / batch }))
    run?.();
  return { losses: [...elements(losses)], dOutput: [...elements(dOutput)] };
}
