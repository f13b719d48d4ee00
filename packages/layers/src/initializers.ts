import type { Initializer } from '@fluxion/graph';
import { OptionError, type Shape } from '@fluxion/tensor';

/** Name of a way to fill a weight. */
export type InitializerName = 'glorotUniform' | 'heUniform' | 'zeros';

/**
 * Half-width b of the uniform distribution U[−b, b] that each initializer draws from, from the numbers of inputs and
 * outputs of the weight.
 *
 * @see Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010,
 *   equation 16; Larochelle, slide "initialization": b = √6 / √(H_k + H_{k−1}).
 * @see He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015, equation 10: variance 2 / fanIn.
 */
const halfWidths: Readonly<Record<InitializerName, (fanIn: number, fanOut: number) => number>> = {
  glorotUniform: (fanIn, fanOut) => Math.sqrt(6) / Math.sqrt(fanIn + fanOut),
  heUniform: (fanIn) => Math.sqrt(6 / fanIn),
  zeros: () => 0,
};

/**
 * The initializer of that name. It fills a weight [fanIn, fanOut] from U[−b, b]:
 * glorotUniform b = √6/√(fanIn + fanOut), for tanh, sigmoid and linear boxes; heUniform b = √(6/fanIn), for relu;
 * zeros b = 0, as for biases.
 *
 * @throws {OptionError} when there is none of that name.
 */
export function initializer(name: InitializerName): Initializer {
  if (!Object.hasOwn(halfWidths, name)) {
    throw new OptionError(
      `initializer: expected one of ${Object.keys(halfWidths).join(', ')}, got '${name}'; name one of these`,
    );
  }
  return (values, shape, random) => {
    const b = halfWidths[name](...fans(shape));
    for (let i = 0; i < values.length; i++) values[i] = b === 0 ? 0 : b * (2 * random.uniform(i) - 1);
  };
}

/** A weight is [fanIn, fanOut]; a vector of biases has no inputs. */
function fans(shape: Shape): [number, number] {
  return shape.length === 2 ? [shape[0] as number, shape[1] as number] : [0, shape[0] as number];
}
