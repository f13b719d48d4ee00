import { type ActivationFactory, activation } from './activation.js';

/**
 * Logistic function of each element: σ(x) = 1 / (1 + e⁻ˣ), in (0, 1).
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ σ(x)(1 − σ(x))
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "activation functions".
 */
export const sigmoid: ActivationFactory<'sigmoid'> = activation('sigmoid');

/**
 * Hyperbolic tangent of each element, in (−1, 1).
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ (1 − tanh² x)
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "activation functions".
 */
export const tanh: ActivationFactory<'tanh'> = activation('tanh');

/**
 * Rectifier of each element: max(0, x).
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ 1[x > 0]; the derivative at the kink x = 0 is 0
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "activation functions".
 */
export const relu: ActivationFactory<'relu'> = activation('relu');

/**
 * Rectifier that lets something through below 0: x above 0, slope·x below.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput above 0, slope·dOutput at 0 and below
 *
 * @throws {OptionError} when the slope is no finite number.
 * @see Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML 2013, equation 2.
 * @example
 * sequential([linear(100), leakyRelu({ slope: 0.2 }), linear(10)], { inputShape: [784] });
 */
export const leakyRelu: ActivationFactory<'leakyRelu'> = activation('leakyRelu');

/**
 * Exponential linear unit: x above 0, α(eˣ − 1) below.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput above 0, dOutput ⊙ αeˣ below
 *
 * @throws {OptionError} when α is not positive.
 * @see Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units (ELUs)",
 *   ICLR 2016, equation 15.
 * @example
 * sequential([linear(100), elu({ alpha: 0.5 }), linear(10)], { inputShape: [784] });
 */
export const elu: ActivationFactory<'elu'> = activation('elu');

/**
 * Self-normalizing unit: λx above 0, λα(eˣ − 1) below, λ = 1.0507… and α = 1.6732…, of which mean 0 and variance 1 are a fixed
 * point under weights that begin by lecunNormal.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = λ·dOutput above 0, dOutput ⊙ λαeˣ below
 *
 * @see Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks", NIPS 2017, equation 2.
 * @example
 * sequential([linear(100, { initializer: 'lecunNormal' }), selu(), linear(10)], { inputShape: [784] });
 */
export const selu: ActivationFactory<'selu'> = activation('selu');

/**
 * Gaussian error linear unit: x·Φ(x), Φ being the distribution function of the normal distribution.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ (Φ(x) + x·φ(x))
 *
 * @see Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", arXiv 1606.08415, 2016, section 2.
 */
export const gelu: ActivationFactory<'gelu'> = activation('gelu');

/**
 * The approximation of gelu that GPT-2 and BERT were trained with: ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ its own derivative, not gelu's
 *
 * @see Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", arXiv 1606.08415, 2016, section 2.
 */
export const geluTanh: ActivationFactory<'geluTanh'> = activation('geluTanh');

/**
 * Sigmoid-weighted linear unit, also called swish: x·σ(x).
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ σ(x)(1 + x(1 − σ(x)))
 *
 * @see Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function approximation in reinforcement
 *   learning", Neural Networks 107, 2018, equations 5 and 6.
 */
export const silu: ActivationFactory<'silu'> = activation('silu');

/**
 * x·t with t = tanh(log(1 + eˣ)).
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ (t + x·σ(x)(1 − t²))
 *
 * @see Misra, "Mish: a self regularized non-monotonic activation function", BMVC 2020, equation 1.
 */
export const mish: ActivationFactory<'mish'> = activation('mish');

/**
 * The rectifier made smooth: log(1 + eˣ), above 0 everywhere.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ σ(x)
 *
 * @see Dugas, Bengio, Bélisle, Nadeau, Garcia, "Incorporating second-order functional knowledge for better option pricing",
 *   NIPS 2000.
 */
export const softplus: ActivationFactory<'softplus'> = activation('softplus');

/**
 * x / (1 + |x|), in (−1, 1).
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput / (1 + |x|)²
 *
 * @see Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010, section 3.
 */
export const softsign: ActivationFactory<'softsign'> = activation('softsign');

/**
 * The sigmoid as three lines: x/6 + ½ kept between 0 and 1.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput / 6 where |x| < 3, 0 elsewhere
 *
 * @see Howard et al., "Searching for MobileNetV3", ICCV 2019, section 5.2.
 */
export const hardSigmoid: ActivationFactory<'hardSigmoid'> = activation('hardSigmoid');

/**
 * x times its hard sigmoid: 0 up to −3, x from 3 on, x(x + 3)/6 between.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ (x/3 + ½) between −3 and 3, 0 below, dOutput above
 *
 * @see Howard et al., "Searching for MobileNetV3", ICCV 2019, section 5.2.
 */
export const hardSwish: ActivationFactory<'hardSwish'> = activation('hardSwish');

/**
 * eˣ of each element. Beyond 88 float32 has no such number: the loss above is then not finite, and training says so.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ eˣ
 */
export const exp: ActivationFactory<'exp'> = activation('exp');

/**
 * eˣ − 1 of each element, without loss of digits near 0.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ eˣ
 */
export const expm1: ActivationFactory<'expm1'> = activation('expm1');

/**
 * Natural logarithm of each element: −∞ at 0, NaN below, so keep what is under it above 0, as by softplus(). Columns of data are
 * taken by their logarithm in the encoder, by symlog().
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput / x
 *
 * @example
 * sequential([linear(3), softplus(), log()], { inputShape: [4] });
 */
export const log: ActivationFactory<'log'> = activation('log');

/**
 * log(1 + x) of each element, without loss of digits near 0: −∞ at −1, NaN below.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput / (1 + x)
 */
export const log1p: ActivationFactory<'log1p'> = activation('log1p');

/**
 * Absolute value of each element.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput ⊙ sign(x), with sign(0) = 0
 */
export const abs: ActivationFactory<'abs'> = activation('abs');

/**
 * Square root of each element: NaN below 0.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput / (2√x), which is infinite at 0
 *
 * @example
 * sequential([linear(3), softplus(), sqrt()], { inputShape: [4] });
 */
export const sqrt: ActivationFactory<'sqrt'> = activation('sqrt');

/**
 * Each element kept between `min` and `max`.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = dOutput from min to max, 0 beyond
 *
 * @throws {OptionError} when a bound is no finite number, or min is above max.
 * @example
 * sequential([linear(10), clip({ min: -1, max: 1 })], { inputShape: [784] });
 */
export const clip: ActivationFactory<'clip'> = activation('clip');
