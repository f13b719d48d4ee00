import type { Link, Loss, LossCells, Runs } from '@fluxion/graph';
import {
  DataError,
  expectShape,
  type Kernels,
  type Labels,
  reshape,
  type Shape,
  type Sink,
  sizeOf,
  type Tensor,
} from '@fluxion/tensor';

type Targets = Loss['targets'];

/** The examples of a minibatch, or all their steps, as rows. */
export interface LossRows<T extends Targets = Targets> {
  readonly kernels: Kernels;
  /** [rows, units] */
  readonly output: Tensor;
  /** Labels [rows], or values [rows, units]. */
  readonly targets: LossCells<T>['targets'];
  /** What the loss asked for, [rows, ...shape]. */
  readonly workspace: Readonly<Record<string, Tensor>>;
}

/** A loss of one row of the output and its targets. */
export interface RowLoss<T extends Targets> {
  readonly kind: string;
  readonly targets: T;
  readonly link: Link;
  /** How to end a graph whose output has too many axes or none, for the error. */
  readonly fix: string;
  readonly expectValues?: Loss['expectValues'];
  /** What is wrong with the targets of a row, `expected …, got …; …`, which stand from `start` to `end`. */
  refusal?(targets: ArrayLike<number>, start: number, end: number): string | undefined;
  /** Shapes, for one row, of cells that `value` leaves for `slope`. */
  workspace?(units: number): Readonly<Record<string, Shape>>;
  /** Binds the kernels that leave the loss of each row, [rows]. */
  value(rows: LossRows<T>, losses: Tensor): Runs;
  /** Binds the kernels that leave the gradient, times a factor. */
  slope(rows: LossRows<T>, dOutput: Sink, factor: number): Runs;
}

/**
 * The loss of an example that is one row, [units], or of each step of a sequence, [length, units], and then the mean over the steps
 * that count: those that neither the mask nor a label of −1 leaves out.
 */
export function lossOfRows<T extends Targets>(loss: RowLoss<T>): Loss<T> {
  const { kind, targets, link, fix, expectValues, refusal } = loss;
  const isOfLabels = targets === 'labels';
  const rowsOf = (cells: LossCells<T>): LossRows<T> => {
    const names = Object.keys(loss.workspace?.(cells.output.shape.at(-1) as number) ?? {});
    const axes = cells.output.dimension - 1;
    return {
      kernels: cells.kernels,
      output: asRows(cells.output, axes),
      targets: asRows(cells.targets as Tensor, axes) as LossCells<T>['targets'],
      workspace: Object.fromEntries(
        names.map((name) => [name, asRows(cells.workspace[name] as Tensor, axes)]),
      ),
    };
  };
  return Object.freeze<Loss<T>>({
    kind,
    targets,
    link,
    masked: true,
    weighsSteps: true,
    expectOutput(shape, where) {
      if (shape.length === 2) return;
      expectShape(where, [isOfLabels ? 'classes' : 'units'], shape, fix);
    },
    ...(isOfLabels && { labelShape: (shape: Shape) => shape.slice(0, -1) }),
    ...(expectValues && { expectValues }),
    ...(refusal && { expectTargets: targetCheck(refusal) }),
    workspace(shape) {
      const steps = shape.slice(0, -1);
      const own = Object.entries(loss.workspace?.(shape.at(-1) as number) ?? {});
      return {
        ...Object.fromEntries(own.map(([name, each]) => [name, [...steps, ...each]])),
        ...(steps.length > 0 && { steps, shares: steps }),
      };
    },
    fprop(cells) {
      const { kernels, mask, losses, stepWeights, workspace } = cells;
      const { steps, shares } = workspace;
      if (steps === undefined || shares === undefined) return loss.value(rowsOf(cells), losses);
      return [
        isOfLabels ? kernels.countLabels(cells.targets as Labels, mask, shares) : undefined,
        kernels.meanShares(isOfLabels ? shares : mask, shares),
        stepWeights && kernels.multiply(shares, stepWeights, { tensor: shares, beta: 0 }),
        ...loss.value(rowsOf(cells), asRows(steps, 2)),
        kernels.sumSteps(steps, shares, { tensor: losses, beta: 0 }),
      ];
    },
    bprop(cells) {
      const { kernels, dOutput, factor, workspace } = cells;
      const { shares } = workspace;
      const dRows = asRows(dOutput.tensor, cells.output.dimension - 1);
      const sink = { tensor: dRows, beta: dOutput.beta };
      if (shares === undefined) return loss.slope(rowsOf(cells), sink, factor);
      return [
        ...loss.slope(rowsOf(cells), sink, factor),
        kernels.scaleEachRow(dRows, asRows(shares, 2), { tensor: dRows, beta: 0 }),
        // The slope at a step that does not count may be infinite.
        kernels.dropRows(reshape(shares, [shares.size, 1]), 0, dRows),
      ];
    },
  });
}

/** The first axes as one. */
function asRows(view: Tensor, axes: number): Tensor {
  if (axes === 1) return view;
  return reshape(view, [sizeOf(view.shape.slice(0, axes)), ...view.shape.slice(axes)]);
}

function targetCheck(refusal: NonNullable<RowLoss<Targets>['refusal']>): NonNullable<Loss['expectTargets']> {
  return (targets, outputShape, mask) => {
    const units = outputShape.at(-1) as number;
    const steps = sizeOf(outputShape.slice(0, -1));
    for (let i = 0, start = 0; start < targets.length; i++, start += units) {
      if (mask?.[i] === 0) continue;
      const wrong = refusal(targets, start, start + units);
      if (wrong !== undefined) throw new DataError(`target: ${wrong}`, { row: Math.floor(i / steps) });
    }
  };
}
