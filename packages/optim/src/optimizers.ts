import type { Optimizer } from './optimizer.js';
import { ruleOptimizer } from './ruleOptimizer.js';
import type { LearningRateOptions } from './schedule.js';

/** Options of Adam, AMSGrad and NAdam. */
export interface AdamOptions extends Partial<LearningRateOptions> {
  /** Decay rate of the mean of the gradients, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay rate of the mean of their squares, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** ε, added to the root of the corrected second moment; in float32 at least 2⁻⁵⁴. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Adam: m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← θ − α·m̂ / (√v̂ + ε), with m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ) and t the
 * number of updates of this parameter. The learning rate is 0.001 unless given.
 *
 * Of a gradient in rows, as an embedding's, it updates only these rows and their moments, with t that of the parameter; so
 * rows that are rare keep their moments instead of letting them fade.
 *
 * @throws {OptionError} when α or ε is not positive, decreaseConstant is negative, or a β is outside [0, 1); by the first update, when ε is
 *   too small for float32.
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1; ε stands where PyTorch has it.
 * @example
 * update(adam({ learningRate: 3e-4 }));
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return ruleOptimizer('adam', options, 0.001);
}

/** Options of AdamW and LAMB. */
export interface AdamWOptions extends AdamOptions {
  /** λ, decoupled: it acts on weights, as regularizers do, not on biases. 0 or more. Default 0.01. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay: θ ← θ − αλθ, then Adam's step. The learning rate is 0.001 unless given. Gradients in
 * rows are taken as by `adam`, and decay acts on the rows that they touch.
 *
 * @throws {OptionError} as `adam`, or when λ is negative.
 * @see Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2.
 * @example
 * update(adamW({ learningRate: 3e-4, weightDecay: 0.1 }));
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  return ruleOptimizer('adamW', options, 0.001);
}

/**
 * AMSGrad: Adam with the largest v so far in place of v, so that a step never grows back. The learning rate is 0.001 unless
 * given. Gradients in rows are taken as by `adam`.
 *
 * @throws {OptionError} as `adam`.
 * @see Reddi, Kale, Kumar, "On the convergence of Adam and beyond", ICLR 2018, algorithm 2, with Adam's corrections of bias.
 * @example
 * update(amsgrad({ learningRate: 3e-4 }));
 */
export function amsgrad(options: AdamOptions = {}): Optimizer {
  return ruleOptimizer('amsgrad', options, 0.001);
}

/**
 * Adam with Nesterov's momentum: θ ← θ − α·((1 − μₜ)g / (1 − Πμ) + μₜ₊₁m / (1 − Πμ·μₜ₊₁)) / (√v̂ + ε), where
 * μₜ = β₁(1 − ½·0.96^(0.004t)) and Πμ = μ₁·…·μₜ. The learning rate is 0.002 unless given.
 *
 * @throws {OptionError} as `adam`.
 * @see Dozat, "Incorporating Nesterov momentum into Adam", ICLR 2016 workshop, algorithm 2.
 * @example
 * update(nadam());
 */
export function nadam(options: AdamOptions = {}): Optimizer {
  return ruleOptimizer('nadam', options, 0.002);
}

/** Options of RMSProp. */
export interface RmspropOptions extends Partial<LearningRateOptions> {
  /** ρ: decay rate of the mean of squares, in [0, 1). Default 0.99. */
  readonly rho?: number;
  /** ε, added to the root; in float32 at least 2⁻⁵⁴. Default 1e-8. */
  readonly epsilon?: number;
  /** Whether the gradient is divided by its standard deviation instead of the root of its mean square. Default false. */
  readonly centred?: boolean;
}

/**
 * RMSProp: v ← ρv + (1−ρ)g²; θ ← θ − α·g / (√v + ε); centred: m ← ρm + (1−ρ)g and v − m² in place of v. The learning rate
 * is 0.01 unless given.
 *
 * @throws {OptionError} when α or ε is not positive, decreaseConstant is negative, or ρ is outside [0, 1); by the first update, when ε is
 *   too small for float32.
 * @see Hinton, "Neural networks for machine learning", Coursera 2012, lecture 6e; centred: Graves, "Generating sequences with
 *   recurrent neural networks", arXiv 1308.0850, equations 38 to 41, without momentum.
 * @example
 * update(rmsprop({ learningRate: 1e-3, centred: true }));
 */
export function rmsprop({ centred = false, ...options }: RmspropOptions = {}): Optimizer {
  return ruleOptimizer(centred ? 'centredRmsprop' : 'rmsprop', options, 0.01);
}

/** Options of Adagrad. */
export interface AdagradOptions extends Partial<LearningRateOptions> {
  /** ε, added to the root; in float32 at least 2⁻⁵⁴. Default 1e-10. */
  readonly epsilon?: number;
}

/**
 * Adagrad: s ← s + g²; θ ← θ − α·g / (√s + ε). The learning rate is 0.01 unless given.
 *
 * Of a gradient in rows, as an embedding's, it updates only these rows, which is exact: a gradient of 0 changes nothing. What
 * regularizes acts on the rows that are touched.
 *
 * @throws {OptionError} when α or ε is not positive, or decreaseConstant is negative; by the first update, when ε is too small for float32.
 * @see Duchi, Hazan, Singer, "Adaptive subgradient methods for online learning and stochastic optimization", JMLR 12, 2011,
 *   section 1.1.
 * @example
 * update(adagrad({ learningRate: 0.1 }));
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  return ruleOptimizer('adagrad', options, 0.01);
}

/** Options of Adadelta. */
export interface AdadeltaOptions extends Partial<LearningRateOptions> {
  /** ρ: decay rate of both means of squares, in [0, 1). Default 0.9. */
  readonly rho?: number;
  /** ε, added inside both roots; in float32 at least 2⁻¹²⁶. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Adadelta: v ← ρv + (1−ρ)g²; Δ = √(u + ε) / √(v + ε)·g; u ← ρu + (1−ρ)Δ²; θ ← θ − αΔ. The learning rate is 1 unless given.
 *
 * @throws {OptionError} when α or ε is not positive, decreaseConstant is negative, or ρ is outside [0, 1); by the first update, when ε is
 *   too small for float32.
 * @see Zeiler, "ADADELTA: an adaptive learning rate method", arXiv 1212.5701, algorithm 1.
 * @example
 * update(adadelta({ rho: 0.95 }));
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  return ruleOptimizer('adadelta', options, 1);
}

/**
 * LAMB: Adam's direction and decoupled weight decay, r = m̂ / (√v̂ + ε) + λθ, scaled by the parameter's own norm:
 * θ ← θ − α·‖θ‖/‖r‖·r. Where either norm is 0 the quotient is left out. The learning rate is 0.001 unless given, ε 1e-6.
 *
 * @throws {OptionError} as `adamW`.
 * @see You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", ICLR 2020, algorithm 2.
 * @example
 * update(lamb({ learningRate: 2e-3 }));
 */
export function lamb(options: AdamWOptions = {}): Optimizer {
  return ruleOptimizer('lamb', options, 0.001);
}

/** Options of Lion. */
export interface LionOptions extends Partial<LearningRateOptions> {
  /** β₁: how much of the mean goes into the direction, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** β₂: decay rate of the mean, in [0, 1). Default 0.99. */
  readonly beta2?: number;
  /** λ, decoupled: it acts on weights, as regularizers do, not on biases. 0 or more. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Lion: θ ← θ − α(sign(β₁m + (1−β₁)g) + λθ); m ← β₂m + (1−β₂)g. Every weight moves by α, so the rate is a third to a tenth
 * of Adam's: 0.0001 unless given.
 *
 * @throws {OptionError} when α is not positive, decreaseConstant or λ is negative, or a β is outside [0, 1).
 * @see Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, algorithm 2.
 * @example
 * update(lion({ learningRate: 3e-5, weightDecay: 1 }));
 */
export function lion(options: LionOptions = {}): Optimizer {
  return ruleOptimizer('lion', options, 0.0001);
}

/** Options of FTRL-proximal. */
export interface FtrlOptions extends Partial<LearningRateOptions> {
  /** β: 0 or more; the larger, the smaller the first steps. Default 1. */
  readonly beta?: number;
  /** Strength of the penalty that makes weights exactly 0; 0 or more. Default 0. */
  readonly l1?: number;
  /** Strength of the penalty that makes weights small; 0 or more. Default 0. */
  readonly l2?: number;
}

/**
 * FTRL-proximal: σ = (√(n + g²) − √n) / α; z ← z + g − σθ; n ← n + g²; θ ← 0 where |z| ≤ l1, else
 * −(z − sign(z)·l1) / ((β + √n)/α + l2). For linear models of many rare features. The learning rate is 0.1 unless given; it
 * should stay the same, since it scales what has been learned too.
 *
 * A weight that has had no gradient stays as it is, so of a gradient in rows only these rows are updated, which is exact.
 *
 * @throws {OptionError} when α is not positive, or decreaseConstant, β, l1 or l2 is negative.
 * @see McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013, algorithm 1.
 * @example
 * update(ftrl({ learningRate: 0.1, l1: 1, l2: 1 }));
 */
export function ftrl(options: FtrlOptions = {}): Optimizer {
  return ruleOptimizer('ftrl', options, 0.1);
}
