import type { Initializer } from '@fluxion/graph';
import { expectShape, OptionError } from '@fluxion/tensor';

/** Name of a way to fill a weight. */
export type InitializerName = 'glorotUniform' | 'heUniform' | 'zeros';

/**
 * The two uniform distributions U[−b, b], by the half-width b that each takes from the weight's numbers of inputs and
 * outputs, and zeros.
 *
 * @see Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010,
 *   equation 16; Larochelle, slide "initialization": b = √6 / √(H_k + H_{k−1}).
 * @see He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015, equation 10: variance 2 / fanIn.
 */
const initializers: Readonly<Record<InitializerName, Initializer>> = {
  glorotUniform: uniform('glorotUniform', (fanIn, fanOut) => Math.sqrt(6) / Math.sqrt(fanIn + fanOut)),
  heUniform: uniform('heUniform', (fanIn) => Math.sqrt(6 / fanIn)),
  zeros: (values) => void values.fill(0),
};

function uniform(name: InitializerName, halfWidth: (fanIn: number, fanOut: number) => number): Initializer {
  return (values, shape, random) => {
    expectShape(`initializer ${name}`, ['fanIn', 'fanOut'], shape, 'begin what is no weight matrix at zeros');
    const b = halfWidth(shape[0] as number, shape[1] as number);
    for (let i = 0; i < values.length; i++) values[i] = b * (2 * random.uniform(i) - 1);
  };
}

/** @throws {OptionError} when there is no initializer of that name. */
export function expectInitializer(name: string, where: string): asserts name is InitializerName {
  if (!Object.hasOwn(initializers, name)) {
    throw new OptionError(
      `${where}: expected one of ${Object.keys(initializers).join(', ')}, got '${name}'; name one of these`,
    );
  }
}

/**
 * The initializer of that name. It fills a weight [fanIn, fanOut] from U[−b, b]:
 * glorotUniform b = √6/√(fanIn + fanOut), for tanh, sigmoid and linear boxes; heUniform b = √(6/fanIn), for relu;
 * zeros b = 0, as for biases.
 *
 * @throws {OptionError} when there is none of that name; {ShapeError} by the initializer, when it is a uniform one and the
 *   shape is not a weight's.
 */
export function initializer(name: InitializerName): Initializer {
  expectInitializer(name, 'initializer');
  return initializers[name];
}
