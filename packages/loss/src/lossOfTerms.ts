import type { Loss } from '@fluxion/graph';
import { expectShape, reshape, type Tensor, type Term } from '@fluxion/tensor';

/**
 * The sum of a term over the units of an example, [units], or over those of each step of a sequence, [length, units], whose
 * loss is then the mean over the steps that the mask does not leave out.
 */
export function lossOfTerms(kind: string, term: Term, expectTargets?: Loss['expectTargets']): Loss<'values'> {
  return Object.freeze<Loss<'values'>>({
    kind,
    targets: 'values',
    link: 'identity',
    masked: true,
    expectOutput(shape, where) {
      if (shape.length === 2) return;
      expectShape(where, ['units'], shape, 'put flatten() at the end of the graph');
    },
    ...(expectTargets && { expectTargets }),
    workspace: (shape) => {
      const steps = shape.slice(0, -1);
      return shape.length > 1 ? { steps, shares: steps } : {};
    },
    fprop: ({ kernels, output, targets, mask, losses, workspace: { steps, shares } }) => {
      if (steps === undefined || shares === undefined) {
        return [kernels.sumTerms(term, output, targets, losses)];
      }
      const sink = { tensor: losses, beta: 0 as const };
      return [
        kernels.sumTerms(term, output, targets, reshape(steps, [steps.size])),
        mask && kernels.meanShares(mask, shares),
        mask
          ? kernels.sumSteps(steps, shares, sink)
          : kernels.sumAxis(steps, 1, sink, 1 / (steps.shape[1] as number)),
      ];
    },
    bprop: ({ kernels, output, targets, mask, dOutput, factor, workspace: { shares } }) => {
      if (shares === undefined) return [kernels.termSlopes(term, output, targets, dOutput, factor)];
      const share = mask ? factor : factor / (shares.shape[1] as number);
      const rows = rowsOf(dOutput.tensor);
      return [
        kernels.termSlopes(term, output, targets, dOutput, share),
        mask && kernels.scaleEachRow(rows, reshape(shares, [shares.size]), { tensor: rows, beta: 0 }),
      ];
    },
  });
}

/** All steps of all examples, as the rows of a matrix. */
function rowsOf(view: Tensor): Tensor {
  const [batch, length, units] = view.shape as [number, number, number];
  return reshape(view, [batch * length, units]);
}
