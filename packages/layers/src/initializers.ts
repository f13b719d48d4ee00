import type { Initializer } from '@fluxion/graph';
import { expectShape, type Floats, OptionError, type Random, type Shape } from '@fluxion/tensor';

/** Inputs and outputs of a weight, by which the scale of its first values goes. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Name of a way to fill a parameter that takes no number of its own. */
export type InitializerName =
  | 'zeros'
  | 'ones'
  | 'lecunUniform'
  | 'lecunNormal'
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'orthogonal';

/** A way to fill a parameter, with the number that it takes. */
export type InitializerOption =
  | InitializerName
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal' | 'truncatedNormal'; readonly deviation: number };

/** Numbers drawn for a weight, by its fans where they are asked for. */
type Scheme = (values: Floats, random: Random, fans: () => Fans, shape: Shape) => void;

/**
 * The variances that keep signals of the same size through a net, each as uniform numbers U[−b, b], b = √(3·variance), and as
 * normal ones.
 *
 * @see LeCun, Bottou, Orr, Müller, "Efficient backprop", 1998, section 4.6: variance 1 / fanIn.
 * @see Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010,
 *   equation 16; Larochelle, slide "initialization": b = √6 / √(H_k + H_{k−1}), variance 2 / (fanIn + fanOut).
 * @see He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015, equation 10: variance 2 / fanIn.
 * @see Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
 *   ICLR 2014: orthogonal.
 */
const named: Readonly<Record<InitializerName, Scheme>> = {
  zeros: constant(0),
  ones: constant(1),
  lecunUniform: uniform(({ fanIn }) => Math.sqrt(3 / fanIn)),
  lecunNormal: normal(({ fanIn }) => Math.sqrt(1 / fanIn)),
  glorotUniform: uniform(({ fanIn, fanOut }) => Math.sqrt(6) / Math.sqrt(fanIn + fanOut)),
  glorotNormal: normal(({ fanIn, fanOut }) => Math.sqrt(2 / (fanIn + fanOut))),
  heUniform: uniform(({ fanIn }) => Math.sqrt(6 / fanIn)),
  heNormal: normal(({ fanIn }) => Math.sqrt(2 / fanIn)),
  orthogonal,
};

/** @throws {OptionError} when there is no such initializer, or its number cannot be. */
export function expectInitializer(option: InitializerOption, where: string): void {
  schemeOf(option, where);
}

/**
 * The initializer of that name, by the fans of a weight [fanIn, fanOut] unless others are given. Uniform ones fill it from
 * U[−b, b], normal ones from N(0, σ²): lecun σ² = 1 / fanIn; glorot σ² = 2 / (fanIn + fanOut), for tanh, sigmoid and linear
 * boxes; he σ² = 2 / fanIn, for relu; b = √3·σ. `orthogonal`: columns, or rows, at right angles and of length 1. `zeros` and
 * `ones` fill anything, as do { kind: 'constant', value }, { kind: 'normal', deviation } and { kind: 'truncatedNormal',
 * deviation }, which draws again what is beyond two deviations.
 *
 * @throws {OptionError} when there is none of that name, or its number is invalid; {ShapeError} by the initializer, when it
 *   depends on fans and the shape is not a weight's.
 * @example
 * linear(100, { initializer: 'heNormal' });
 */
export function initializer(option: InitializerOption, fans?: Fans): Initializer {
  const scheme = schemeOf(option, 'initializer');
  return (values, shape, random) => {
    const own = (): Fans => {
      const where = `initializer ${typeof option === 'string' ? option : option.kind}`;
      expectShape(where, ['fanIn', 'fanOut'], shape, 'begin what is no weight matrix at zeros');
      return { fanIn: shape[0] as number, fanOut: shape[1] as number };
    };
    scheme(values, random, () => fans ?? own(), shape);
  };
}

function schemeOf(option: InitializerOption, where: string): Scheme {
  const kind = typeof option === 'string' ? option : option?.kind;
  if (typeof option === 'string' && Object.hasOwn(named, option)) return named[option];
  if (typeof option === 'object' && option !== null) {
    if (option.kind === 'constant' && Number.isFinite(option.value)) return constant(option.value);
    if (option.kind !== 'constant' && option.deviation >= 0 && Number.isFinite(option.deviation)) {
      if (option.kind === 'normal') return normal(() => option.deviation);
      if (option.kind === 'truncatedNormal') return truncatedNormal(option.deviation);
    }
  }
  throw new OptionError(
    `${where}: expected one of ${Object.keys(named).join(', ')}, { kind: 'constant', value }, { kind: 'normal' or 'truncatedNormal', deviation }, got ${typeof option === 'string' ? `'${kind}'` : JSON.stringify(option)}; give one of these`,
  );
}

function constant(value: number): Scheme {
  return (values) => void values.fill(value);
}

function uniform(halfWidth: (fans: Fans) => number): Scheme {
  return (values, random, fans) => {
    const b = halfWidth(fans());
    for (let i = 0; i < values.length; i++) values[i] = b * (2 * random.uniform(i) - 1);
  };
}

function normal(deviation: (fans: Fans) => number): Scheme {
  return (values, random, fans) => {
    const sigma = deviation(fans());
    for (let i = 0; i < values.length; i++) values[i] = sigma * standardNormal(random, i);
  };
}

/** Beyond two deviations it draws again; the numbers of the next try follow those of all. */
function truncatedNormal(deviation: number): Scheme {
  return (values, random) => {
    for (let i = 0; i < values.length; i++) {
      let at = i;
      let drawn = standardNormal(random, at);
      while (Math.abs(drawn) > 2) {
        at += values.length;
        drawn = standardNormal(random, at);
      }
      values[i] = deviation * drawn;
    }
  };
}

/** The normal number at a place, of two uniform ones (Box and Muller, 1958). */
function standardNormal(random: Random, place: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.uniform(2 * place)));
  return radius * Math.cos(2 * Math.PI * random.uniform(2 * place + 1));
}

/** Normal vectors made orthonormal one after the other (modified Gram–Schmidt, twice): columns, or rows where they are fewer. */
function orthogonal(values: Floats, random: Random, fans: () => Fans, [rows = 1, columns = 1]: Shape): void {
  fans();
  const [count, length] = columns <= rows ? [columns, rows] : [rows, columns];
  const [stepVector, stepElement] = columns <= rows ? [1, columns] : [columns, 1];
  const vectors: Float64Array[] = [];
  for (let v = 0; v < count; v++) {
    const vector = Float64Array.from({ length }, (_, i) => standardNormal(random, v * length + i));
    for (const other of [...vectors, ...vectors]) {
      const shadow = vector.reduce((sum, x, i) => sum + x * (other[i] as number), 0);
      for (let i = 0; i < length; i++) vector[i] = (vector[i] as number) - shadow * (other[i] as number);
    }
    const norm = Math.hypot(...vector);
    for (let i = 0; i < length; i++) {
      vector[i] = (vector[i] as number) / norm;
      values[v * stepVector + i * stepElement] = vector[i] as number;
    }
    vectors.push(vector);
  }
}
