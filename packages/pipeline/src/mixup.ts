import type { Examples } from '@fluxion/data';
import {
  elements,
  expectNames,
  type Labels,
  OptionError,
  type Random,
  random,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { defer, type MonoTypeOperatorFunction, map } from 'rxjs';

/** Options of `mixup`. */
export interface MixupOptions {
  /** Of labels, how many classes there are: they become probabilities. */
  readonly classes?: number;
  /** The lower, the less most examples are mixed: in (0, 1], and with 1 all shares are equally likely. Default 0.2. */
  readonly alpha?: number;
  /** Seed of the shares, an integer in [0, 2³²). Default 0. */
  readonly seed?: number;
}

/**
 * Mixes each example of a minibatch with another of it, inputs and targets alike: x ← λx + (1 − λ)x′, t ← λt + (1 − λ)t′, where
 * λ ~ Beta(alpha, alpha). Labels become probabilities [batch, classes], so the loss is `klDivergence`, which then has the gradient
 * of cross-entropy. Stands between `examples` and `fprop` or `train`.
 *
 * The share is a function of the seed and the example's number, and the other example is that from the minibatch's other end: so the
 * same minibatch is mixed in the same way whatever ran before, and when training is resumed. An example alone stays as it is.
 *
 * @throws {OptionError} when an option is none; as the stream's error, when inputs are indices, or labels have no `classes`.
 * @see Zhang, Cisse, Dauphin, Lopez-Paz, "mixup: beyond empirical risk minimization", ICLR 2018; the draws of λ: Jöhnk, "Erzeugung
 *   von betaverteilten und gammaverteilten Zufallszahlen", Metrika 8, 1964.
 * @example
 * examples(source, { input: 'image', target: 'digit', batchSize: 32, shuffle: true })
 *   .pipe(mixup({ classes: 10 }), train(model, { loss: klDivergence(), optimizer: adam() }))
 */
export function mixup(options: MixupOptions = {}): MonoTypeOperatorFunction<Examples> {
  expectNames('mixup', options, ['classes', 'alpha', 'seed']);
  const { classes, alpha = 0.2, seed = 0 } = options;
  if (!(alpha > 0 && alpha <= 1)) {
    throw new OptionError(
      `mixup alpha: expected a number above 0, at most 1, got ${alpha}; give one, as 0.2`,
    );
  }
  if (classes !== undefined && !(Number.isSafeInteger(classes) && classes > 1)) {
    throw new OptionError(
      `mixup classes: expected a whole number from 2, got ${classes}; give how many there are`,
    );
  }
  const draws = random(seed, 'mixup');
  return (source) =>
    defer(() => {
      let count = 0;
      return source.pipe(
        map((examples) => {
          const {
            size,
            number = count,
            stride = 1,
            total,
            borrowed,
            position,
            weights,
            lease,
            targetColumn,
          } = examples;
          count += size;
          const shares = Float64Array.from({ length: size }, (_, i) =>
            drawShare(draws, number + i * stride, alpha),
          );
          return {
            size,
            inputs: mapValues(examples.inputs, (input, name) => mixed(numbers(input, name), shares)),
            targets: mapValues(examples.targets, (target, name) =>
              mixed(isLabels(target) ? oneHot(target, classes, name) : target, shares),
            ),
            ...{ total, borrowed, weights, lease, number, stride, targetColumn, position },
            ...(examples.locate && {
              locate: (i: number) => (examples.locate as NonNullable<Examples['locate']>)(i),
            }),
          };
        }),
      );
    });
}

/** Pairs of numbers that are drawn for a share, at most: the last one is taken as it is. */
const TRIES = 16;
const drawn = new Float64Array(2 * TRIES);

/** Of Beta(alpha, alpha), by the number of the example. */
function drawShare(draws: Random, example: number, alpha: number): number {
  draws.fillFor(example, drawn);
  let share = 1;
  for (let i = 0; i < drawn.length; i += 2) {
    const [u, v] = [(drawn[i] as number) ** (1 / alpha), (drawn[i + 1] as number) ** (1 / alpha)];
    // Both may be too small for a number.
    share = u + v > 0 ? u / (u + v) : 1;
    if (u + v <= 1) break;
  }
  return share;
}

/** Each example times its share, and the one from the other end times the rest. */
function mixed(values: Tensor, shares: Float64Array): Tensor {
  const given = elements(values);
  const out = given.slice();
  const width = given.length / shares.length;
  for (const [i, share] of shares.entries()) {
    const [own, other] = [i * width, (shares.length - 1 - i) * width];
    for (let j = 0; j < width; j++) {
      out[own + j] = share * (given[own + j] as number) + (1 - share) * (given[other + j] as number);
    }
  }
  return tensor(out, values.shape);
}

function isLabels(values: Tensor | Labels): values is Labels {
  return values.data instanceof Int32Array;
}

function numbers(input: Tensor | Labels, name: string): Tensor {
  if (!isLabels(input)) return input;
  throw new OptionError(
    `mixup input '${name}': expected numbers, got indices, which have no mean; leave mixup out`,
  );
}

function oneHot({ data, shape }: Labels, classes: number | undefined, name: string): Tensor {
  if (classes === undefined) {
    throw new OptionError(
      `mixup target '${name}': expected classes beside labels, got none; give it, as mixup({ classes: 10 })`,
    );
  }
  const out = new Float32Array(data.length * classes);
  for (const [i, label] of data.entries()) {
    if (label < 0 || label >= classes) {
      throw new OptionError(
        `mixup target '${name}': expected labels from 0 to ${classes - 1}, got ${label}; give more classes`,
      );
    }
    out[i * classes + label] = 1;
  }
  return tensor(out, [...shape, classes]);
}

function mapValues<V, W>(
  record: Readonly<Record<string, V>>,
  change: (value: V, name: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}
