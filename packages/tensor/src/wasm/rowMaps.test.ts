import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectSame, implementations, type Scenario } from '../../test/conformance.js';

const seed = fc.nat(0xffff);
const rows = fc.constantFrom(0, 1, 2, 7, 300);
const columns = fc.integer({ min: 1, max: 40 });
const beta = fc.constantFrom(0 as const, 1 as const);

describe.each(implementations)('%s kernels of rows equal the reference', (name) => {
  const check = (run: (m: number, n: number, beta: 0 | 1) => Scenario, tolerance = 1e-5) =>
    fc.assert(
      fc.property(seed, rows, columns, beta, (seed, m, n, beta) => {
        expectSame(name, seed, run(m, n, beta), tolerance);
      }),
    );

  it.each([true, false])('normalizeRows and its gradient, centred: %s', (centred) => {
    check((m, n, beta) => (k, c) => {
      const [normalized, inverse] = [c.output([m, n]), c.output([m])];
      k.normalizeRows(c.input([m, n]), { epsilon: 0.1, centred }, normalized, inverse)();
      k.normalizeRowsGradient(normalized, inverse, c.input([m, n]), centred, c.sink([m, n], beta))();
    });
  });

  it('multiplyRows, scaleAndShiftRows and sumProductRows', () => {
    check((m, n, beta) => (k, c) => {
      const x = c.input([m, n]);
      k.multiplyRows(x, c.input([n]), c.sink([m, n], beta))();
      k.scaleAndShiftRows(x, c.input([n]), c.input([n]), c.output([m, n]))();
      k.sumProductRows(x, c.input([m, n]), c.sink([n], beta))();
    });
  });

  it('sumAxis and spreadAxis, of any axis', () => {
    check((m, n, beta) => (k, c) => {
      const shape = [m, 3, n];
      for (const axis of [0, 1, 2]) {
        if (axis === 0 && m === 0) continue;
        const rest = shape.filter((_, place) => place !== axis);
        k.sumAxis(c.input(shape), axis, c.sink(rest, beta), 0.5)();
        k.spreadAxis(c.input(rest), axis, c.sink(shape, beta), 0.5)();
      }
    });
  });
});
