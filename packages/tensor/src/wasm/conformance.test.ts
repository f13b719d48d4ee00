import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Cells,
  expectSame,
  implementations,
  type Layout,
  results,
  type Scenario,
} from '../../test/conformance.js';
import { type ElementwiseName, elementwise } from '../elementwise/named.js';
import type { Gradient, Penalty } from '../gradient.js';
import type { UpdateRun } from '../kernels/run.js';
import { type LossName, pointwiseLosses } from '../losses/named.js';
import { type RuleName, rules } from '../rules/named.js';

const seed = fc.nat(0xffff);
const size = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 40 }) }, fc.constantFrom(0, 64, 129));
const batch = fc.constantFrom(0, 1, 2, 3, 7, 128);
const beta = fc.constantFrom(0 as const, 1 as const);
const factor = fc.constantFrom(1, -0.5, 3);
const form = fc.constantFrom<Form>('dense', 1, 2, 'rows');
/** Few enough zeros for the tiles of a product, and so many that they are left out. */
const zeros = fc.constantFrom(0, 1 / 3, 0.8);
const layout = fc.constantFrom<Layout>('contiguous', 'apart');
const anyLayout = fc.constantFrom<Layout>('contiguous', 'apart', 'transposed', 'backwards');
const penalty = fc.constantFrom<Penalty>(
  { l1: 0, l2: 0 },
  { l1: 0, l2: 0.1 },
  { l1: 0.05, l2: 0 },
  { l1: 0.02, l2: 0.3 },
);
const names = Object.keys(elementwise) as ElementwiseName[];
const lossNames = Object.keys(pointwiseLosses) as LossName[];
const ruleNames = Object.keys(rules) as RuleName[];

/** Not with l1: rounding decides the sign of a weight that the first update leaves next to 0, and so the second. */
function updateTwice(update: UpdateRun, { l1 }: Penalty): void {
  update(0.1, 1);
  if (l1 === 0) update(0.05, 2);
}

/** How many pairs of factors a gradient has, or that it is written out, or rows. */
type Form = 'dense' | 1 | 2 | 'rows';

function gradientOf(cells: Cells, form: Form, batch: number, fanIn: number, fanOut: number): Gradient {
  if (form === 'dense') return { form, tensor: cells.input([fanIn, fanOut]) };
  if (form === 'rows') {
    const indices = cells.labels(batch, fanIn + 1);
    // The last row stands for an index that counts nothing; of an empty parameter all do.
    for (let i = 0; i < batch; i++) if (indices.get(i) === fanIn) indices.set(i, -1);
    return { form, indices, rows: cells.input([batch, fanOut], 'apart') };
  }
  const pairs = Array.from({ length: form }, () => ({
    input: cells.input([batch, fanIn]),
    dOutput: cells.input([batch, fanOut]),
  }));
  return { form: 'factored', pairs };
}

describe.each(implementations)('%s kernels equal the reference', (name) => {
  /** Sums of up to some hundred terms of size 1 end in a few units of the last place of their partial sums. */
  const sums = 1e-5;
  const single = 1e-6;

  it('copy', () => {
    fc.assert(
      fc.property(
        seed,
        size,
        size,
        anyLayout,
        anyLayout,
        beta,
        factor,
        (seed, m, n, from, to, beta, factor) => {
          expectSame(
            name,
            seed,
            (k, c) => k.copy(c.input([m, n], from), c.sink([m, n], beta, to), factor)(),
            single,
          );
        },
      ),
      { examples: [[0, 0, 35, 'backwards', 'contiguous', 0, 1]] },
    );
  });

  it('copy of vectors and of tensors of three axes, strided', () => {
    fc.assert(
      fc.property(seed, size, beta, (seed, n, beta) => {
        expectSame(
          name,
          seed,
          (k, c) => {
            k.copy(c.input([n]), c.sink([n], beta))();
            k.copy(c.input([4, n, 3], 'apart').transpose(1, 0, 2), c.sink([n, 4, 3], beta, 'apart'))();
            k.copy(c.input([3, n]).transpose(1, 0).pick(null, 1), c.sink([n], beta))();
          },
          single,
        );
      }),
    );
  });

  it('multiply', () => {
    fc.assert(
      fc.property(seed, batch, size, layout, layout, beta, (seed, m, n, from, to, beta) => {
        const scenario: Scenario = (k, c) =>
          k.multiply(c.input([m, n], from), c.input([m, n]), c.sink([m, n], beta, to))();
        expectSame(name, seed, scenario, single);
      }),
    );
  });

  it('mix', () => {
    fc.assert(
      fc.property(seed, batch, size, factor, factor, (seed, m, n, p, q) => {
        const scenario: Scenario = (k, c) => k.mix(c.inOut([m, n]), c.inOut([m, n]))(p, q, q - 1, 2 - p);
        expectSame(name, seed, scenario, single);
      }),
    );
  });

  it('scale, sumSquares, mean, penalty', () => {
    fc.assert(
      fc.property(seed, batch, size, factor, penalty, (seed, m, n, factor, penalty) => {
        expectSame(name, seed, (k, c) => k.scale(c.inOut([m, n]))(factor), single);
        expectSame(name, seed, (k, c) => k.sumSquares(c.input([m, n]))(), single);
        expectSame(name, seed, (k, c) => k.mean(c.input([m, n]))(), single);
        expectSame(name, seed, (k, c) => k.penalty(c.input([m, n]), penalty)(), single);
      }),
    );
  });

  it('scaleBytes, all and a part', () => {
    fc.assert(
      fc.property(seed, batch, size, factor, (seed, m, n, factor) => {
        const scenario: Scenario = (k, c) => {
          const bytes = c.bytes(m * n);
          k.scaleBytes(bytes, c.output([m, n]), factor / 255)(0, m * n);
          k.scaleBytes(bytes, c.output([m, n]), factor)(Math.floor(m / 2) * n, m * n);
        };
        expectSame(name, seed, scenario, 2 ** -23);
      }),
    );
  });

  it('affine', () => {
    fc.assert(
      fc.property(
        seed,
        batch,
        size,
        size,
        layout,
        layout,
        layout,
        zeros,
        (seed, m, k, n, a, b, to, zeros) => {
          const scenario: Scenario = (kernels, c) =>
            kernels.affine(
              c.input([m, k], a, zeros),
              c.input([k, n], b),
              c.input([n]),
              c.output([m, n], to),
            )();
          expectSame(name, seed, scenario, sums);
        },
      ),
    );
  });

  it('matmul of any layouts', () => {
    fc.assert(
      fc.property(
        fc.record({ seed, m: fc.oneof(batch, size), k: size, n: size, zeros }),
        anyLayout,
        anyLayout,
        anyLayout,
        beta,
        factor,
        ({ seed, m, k, n, zeros }, a, b, to, beta, factor) => {
          const scenario: Scenario = (kernels, c) =>
            kernels.matmul(c.input([m, k], a, zeros), c.input([k, n], b), c.sink([m, n], beta, to), factor)();
          expectSame(name, seed, scenario, sums);
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    ['full', 'contiguous', 'contiguous', 0],
    ['full, transposed', 'transposed', 'transposed', 0],
    ['half empty', 'contiguous', 'contiguous', 0.5],
    ['half empty, transposed', 'transposed', 'transposed', 0.5],
  ] as const)('matmul larger than its blocks, %s', (_, a, b, zeros) => {
    const scenario: Scenario = (kernels, c) =>
      kernels.matmul(c.input([131, 300], a, zeros), c.input([300, 270], b), c.sink([131, 270], 1))();
    expectSame(name, 1, scenario, sums);
  });

  it.each([
    ['added to', 1, -0.3],
    ['written', 0, 1],
  ] as const)(
    'matmul of inputs and gradients that are mostly zero, as before a relu, %s',
    (_, beta, factor) => {
      fc.assert(
        fc.property(
          seed,
          fc.integer({ min: 60, max: 250 }),
          fc.constantFrom(8, 33, 300),
          fc.integer({ min: 16, max: 90 }),
          fc.constantFrom<Layout>('contiguous', 'apart'),
          (seed, m, k, n, layout) => {
            const scenario: Scenario = (kernels, c) =>
              kernels.matmul(
                c.input([k, m], layout, 0).transpose(1, 0),
                c.input([k, n], layout, 0.9),
                c.sink([m, n], beta, layout),
                factor,
              )();
            expectSame(name, seed, scenario, sums);
          },
        ),
        { numRuns: 20 },
      );
    },
  );

  it.each([
    ['a few rows', 5, 33],
    ['a block of examples', 32, 784],
    ['more rows than a block', 300, 70],
  ])(
    'matmul of a matrix and its own transpose, in WebAssembly to the bits of that of two copies, %s',
    (_, m, k) => {
      for (const [layout, beta, factor] of [
        ['contiguous', 0, 1],
        ['transposed', 0, 1],
        ['contiguous', 0, -0.3],
        ['contiguous', 1, 1],
      ] as const) {
        const product =
          (copied: boolean): Scenario =>
          (kernels, c) => {
            const a = c.input([m, k], layout);
            const other = kernels.arena.tensor([m, k]);
            kernels.copy(a, { tensor: other, beta: 0 })();
            const b = (copied ? other : a).transpose(1, 0);
            kernels.matmul(a, b, c.sink([m, m], beta, 'apart'), factor)();
          };
        expectSame(name, 1, product(false), sums);
        if (name === 'blas') continue;
        const bits = (copied: boolean): number[] => results(name, 'float32', 1, product(copied));
        expect(bits(false)).toEqual(bits(true));
      }
    },
  );

  it.each([
    ['few columns', 131, 300, 10],
    ['few factors', 131, 10, 300],
    ['few rows to a part', 40, 16, 2100],
  ])('matmul and affine of %s', (_, m, k, n) => {
    const [straight, transposed] = ['contiguous', 'transposed'] as const;
    for (const [a, b] of [
      [straight, straight],
      [transposed, straight],
      [straight, transposed],
    ] as const) {
      const scenario: Scenario = (kernels, c) => {
        kernels.matmul(c.input([m, k], a), c.input([k, n], b), c.sink([m, n], 1, 'apart'), 0.5)();
        kernels.affine(c.input([m, k], a), c.input([k, n], b), c.input([n]), c.output([m, n]))();
      };
      expectSame(name, 1, scenario, sums);
    }
  });

  it('sumRows', () => {
    fc.assert(
      fc.property(seed, batch, size, layout, beta, (seed, m, n, from, beta) => {
        expectSame(name, seed, (k, c) => k.sumRows(c.input([m, n], from), c.sink([n], beta))(), sums);
      }),
    );
  });

  it('elementwise functions and their derivatives', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        seed,
        batch,
        size,
        layout,
        layout,
        beta,
        (f, seed, m, n, from, to, beta) => {
          const scenario: Scenario = (k, c) => {
            const input = c.input([m, n], from);
            const output = c.output([m, n], to);
            k.elementwise(f, input, output)();
            k.elementwiseGradient(f, input, output, c.input([m, n], from), c.sink([m, n], beta, to))();
          };
          expectSame(name, seed, scenario, single);
        },
      ),
    );
  });

  it('softmax and its Jacobian, on rows of any shape', () => {
    fc.assert(
      fc.property(seed, batch, size, layout, layout, beta, (seed, m, n, from, to, beta) => {
        fc.pre(n > 0);
        const scenario: Scenario = (k, c) => {
          const output = c.output([m, 2, n], to);
          k.softmax(c.input([m, 2, n], from), output)();
          k.softmaxGradient(output, c.input([m, 2, n], from), c.sink([m, 2, n], beta, to))();
        };
        expectSame(name, seed, scenario, single);
      }),
    );
  });

  it('softmax cross-entropy and negative log-likelihood, with their gradients', () => {
    fc.assert(
      fc.property(seed, batch, size, layout, layout, beta, factor, (seed, m, n, from, to, beta, factor) => {
        fc.pre(n > 0);
        const scenario: Scenario = (k, c) => {
          const labels = c.labels(m, n);
          const probabilities = c.output([m, n], to);
          k.softmaxCrossEntropy(c.input([m, n], from), labels, probabilities, c.output([m]))();
          k.softmaxCrossEntropyGradient(probabilities, labels, c.sink([m, n], beta, to), factor)();
        };
        expectSame(name, seed, scenario, single);
        const likelihood: Scenario = (k, c) => {
          const labels = c.labels(m, n);
          const probabilities = c.positive([m, n]);
          k.negativeLogLikelihood(probabilities, labels, c.output([m]))();
          k.negativeLogLikelihoodGradient(probabilities, labels, c.sink([m, n], beta, to), factor)();
        };
        expectSame(name, seed, likelihood, single);
      }),
    );
  });

  it.each(lossNames)('%s and its gradient', (loss) => {
    fc.assert(
      fc.property(seed, batch, size, layout, layout, beta, factor, (seed, m, n, from, to, beta, factor) => {
        const scenario: Scenario = (k, c) => {
          const output = c.input([m, n], from);
          const targets = c.input([m, n], to);
          k.pointwiseLoss(loss, output, targets, c.output([m]))();
          k.pointwiseLossGradient(loss, output, targets, c.sink([m, n], beta, to), factor)();
        };
        expectSame(name, seed, scenario, sums);
      }),
    );
  });

  it('writeGradient', () => {
    fc.assert(
      fc.property(
        seed,
        form,
        batch,
        size,
        size,
        penalty,
        beta,
        factor,
        (seed, form, m, k, n, penalty, beta, factor) => {
          const scenario: Scenario = (kernels, c) => {
            const gradient = gradientOf(c, form, m, k, n);
            kernels.writeGradient(c.input([k, n]), gradient, penalty, c.sink([k, n], beta), factor)();
          };
          expectSame(name, seed, scenario, sums);
        },
      ),
    );
  });

  it('sgd', () => {
    fc.assert(
      fc.property(seed, form, batch, size, size, penalty, (seed, form, m, k, n, penalty) => {
        const scenario: Scenario = (kernels, c) => {
          const update = kernels.sgd(c.inOut([k, n]), gradientOf(c, form, m, k, n), penalty);
          updateTwice(update, penalty);
        };
        expectSame(name, seed, scenario, sums);
      }),
    );
  });

  it('affine and sgd of one example, at every width', () => {
    for (let n = 1; n <= 70; n++) {
      const scenario: Scenario = (kernels, c) => {
        const weight = c.inOut([9, n]);
        kernels.affine(c.input([1, 9]), weight, c.input([n]), c.output([1, n]))();
        updateTwice(kernels.sgd(weight, gradientOf(c, 1, 1, 9, n), { l1: 0, l2: 0 }), { l1: 0, l2: 0 });
      };
      expectSame(name, n, scenario, sums);
    }
  });

  it('matmul of one row, where it is wanted', () => {
    const sizes = fc.integer({ min: 1, max: 70 });
    fc.assert(
      fc.property(seed, sizes, size, beta, factor, (seed, k, n, beta, factor) => {
        const scenario: Scenario = (kernels, c) => {
          const where = c.input([1, n]);
          for (let i = 0; i < n; i++) where.set(0, i, where.get(0, i) > 0 ? 1 : 0);
          const tensor = kernels.arena.tensor([1, n]);
          kernels.copy(c.input([1, n]), { tensor, beta: 0 })();
          kernels.matmul(c.input([1, k]), c.input([n, k]).transpose(1, 0), { tensor, beta, where }, factor)();
          kernels.multiply(tensor, where, c.sink([1, n], 0))();
        };
        expectSame(name, seed, scenario, sums);
      }),
    );
  });

  it('affine, its way back and sgd of one example, at sizes that are worked on in halves', () => {
    for (const [k, n] of [
      [300, 301],
      [1030, 64],
      [5, 14_000],
    ] as const) {
      const scenario: Scenario = (kernels, c) => {
        const weight = c.inOut([k, n]);
        const d = c.input([1, n]);
        kernels.affine(c.input([1, k]), weight, c.input([n]), c.output([1, n]))();
        kernels.matmul(d, weight.transpose(1, 0), c.sink([1, k], 1), 0.5)();
        updateTwice(kernels.sgd(weight, gradientOf(c, 1, 1, k, n), { l1: 0, l2: 0 }), { l1: 0, l2: 0 });
      };
      expectSame(name, k, scenario, sums);
    }
  });

  it.each(ruleNames)('update by %s', (rule) => {
    fc.assert(
      fc.property(seed, form, batch, size, size, penalty, (seed, form, m, k, n, penalty) => {
        const { states, squares = [] } = rules[rule];
        const scenario: Scenario = (kernels, c) => {
          const value = c.inOut([k, n]);
          const gradient = gradientOf(c, form, m, k, n);
          const state = Object.fromEntries(
            states.map((name) => [name, squares.includes(name) ? c.squares([k, n]) : c.inOut([k, n])]),
          );
          updateTwice(kernels.update(rule, value, gradient, penalty, state), penalty);
        };
        // A rule takes differences and roots of what the gradients add up to, which are less exact than the sums.
        expectSame(name, seed, scenario, 10 * sums);
      }),
    );
  });
});
