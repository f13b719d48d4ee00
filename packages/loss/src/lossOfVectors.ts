import type { Link, Loss, Runs } from '@fluxion/graph';
import { expectShape, type Kernels, reshape, type Shape, type Sink, type Tensor } from '@fluxion/tensor';

/** The vectors of a minibatch, and cells for them, as rows. */
export interface VectorRows {
  readonly kernels: Kernels;
  /** [rows, units] */
  readonly output: Tensor;
  readonly targets: Tensor;
  /** What the loss asked for, [rows, ...shape]. */
  readonly workspace: Readonly<Record<string, Tensor>>;
}

/** A loss of one vector and its targets. */
export interface VectorLoss {
  readonly kind: string;
  readonly link: Link;
  readonly expectTargets?: Loss['expectTargets'];
  /** Shapes, for one vector, of cells that `value` leaves for `slope`. */
  workspace?(units: number): Readonly<Record<string, Shape>>;
  /** Binds the kernels that leave the loss of each row, [rows]. */
  value(rows: VectorRows, losses: Tensor): Runs;
  /** Binds the kernels that leave the gradient, times a factor. */
  slope(rows: VectorRows, dOutput: Sink, factor: number): Runs;
}

/**
 * The loss of an example that is a vector, [units], or of each step of a sequence, [length, units], and then the mean over the
 * steps that the mask does not leave out.
 */
export function lossOfVectors({ kind, link, expectTargets, ...loss }: VectorLoss): Loss<'values'> {
  const rowsOf = ({ kernels, output, targets, workspace }: VectorRows): VectorRows => {
    const names = Object.keys(loss.workspace?.(output.shape.at(-1) as number) ?? {});
    const steps = output.shape.length - 1;
    const flat = (view: Tensor): Tensor => {
      const rows = view.shape.slice(0, steps).reduce((product, length) => product * length, 1);
      return reshape(view, [rows, ...view.shape.slice(steps)]);
    };
    return {
      kernels,
      output: matrix(output),
      targets: matrix(targets),
      workspace: Object.fromEntries(names.map((name) => [name, flat(workspace[name] as Tensor)])),
    };
  };
  return Object.freeze<Loss<'values'>>({
    kind,
    targets: 'values',
    link,
    masked: true,
    expectOutput(shape, where) {
      if (shape.length === 2) return;
      expectShape(where, ['units'], shape, 'put flatten() at the end of the graph');
    },
    ...(expectTargets && { expectTargets }),
    workspace(shape) {
      const steps = shape.slice(0, -1);
      const own = Object.entries(loss.workspace?.(shape.at(-1) as number) ?? {});
      return {
        ...Object.fromEntries(own.map(([name, each]) => [name, [...steps, ...each]])),
        ...(steps.length > 0 ? { steps, shares: steps } : {}),
      };
    },
    fprop(cells) {
      const { kernels, mask, losses, workspace } = cells;
      const { steps, shares } = workspace;
      if (steps === undefined || shares === undefined) return loss.value(rowsOf(cells), losses);
      const sink = { tensor: losses, beta: 0 as const };
      return [
        ...loss.value(rowsOf(cells), reshape(steps, [steps.size])),
        mask && kernels.meanShares(mask, shares),
        mask
          ? kernels.sumSteps(steps, shares, sink)
          : kernels.sumAxis(steps, 1, sink, 1 / (steps.shape[1] as number)),
      ];
    },
    bprop(cells) {
      const { kernels, mask, dOutput, factor, workspace } = cells;
      const { shares } = workspace;
      const rows = matrix(dOutput.tensor);
      const sink = { tensor: rows, beta: dOutput.beta };
      if (shares === undefined) return loss.slope(rowsOf(cells), sink, factor);
      const share = mask ? factor : factor / (shares.shape[1] as number);
      return [
        ...loss.slope(rowsOf(cells), sink, share),
        mask && kernels.scaleEachRow(rows, reshape(shares, [shares.size]), { tensor: rows, beta: 0 }),
      ];
    },
  });
}

/** All vectors along the last axis, as the rows of a matrix. */
function matrix(view: Tensor): Tensor {
  if (view.dimension === 2) return view;
  const [batch, length, units] = view.shape as [number, number, number];
  return reshape(view, [batch * length, units]);
}
