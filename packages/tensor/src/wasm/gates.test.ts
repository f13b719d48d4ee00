import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectSame, implementations } from '../../test/conformance.js';

const seed = fc.nat(0xffff);
const batch = fc.constantFrom(0, 1, 2, 5);
const units = fc.integer({ min: 1, max: 21 });
const layout = fc.constantFrom('contiguous' as const, 'apart' as const);

describe.each(implementations)('%s kernels of recurrences equal the reference', (name) => {
  it('lstmStep and its gradient', () => {
    fc.assert(
      fc.property(seed, batch, units, layout, (seed, m, n, layout) => {
        expectSame(
          name,
          seed,
          (k, c) => {
            const [gates, before] = [c.inOut([m, 4 * n]), c.input([m, n], layout)];
            const squashed = c.output([m, n], layout);
            k.lstmStep(gates, before, c.output([m, n], layout), squashed, c.output([m, n], layout))();
            const [dHidden, dLater] = [c.input([m, n]), c.input([m, n])];
            const [dSums, dBefore] = [c.output([m, 4 * n], layout), c.output([m, n])];
            k.lstmStepGradient(gates, before, squashed, dHidden, dLater, dSums, dBefore)();
          },
          2e-6,
        );
      }),
    );
  });

  it('gruStep and its gradient', () => {
    fc.assert(
      fc.property(seed, batch, units, layout, (seed, m, n, layout) => {
        expectSame(
          name,
          seed,
          (k, c) => {
            const [gates, fromState] = [c.inOut([m, 3 * n]), c.input([m, 3 * n], layout)];
            const difference = c.output([m, n], layout);
            k.gruStep(gates, fromState, c.input([m, n], layout), difference, c.output([m, n], layout))();
            const [dSums, dFromState] = [c.output([m, 3 * n], layout), c.output([m, 3 * n])];
            const dHidden = c.input([m, n]);
            k.gruStepGradient(gates, fromState, difference, dHidden, dSums, dFromState, c.output([m, n]))();
          },
          2e-6,
        );
      }),
    );
  });
});
