/** One layer in the slides' notation: a⁽ᵏ⁾ = b⁽ᵏ⁾ + W⁽ᵏ⁾ h⁽ᵏ⁻¹⁾, with W of fanOut rows: the transpose of our weight. */
export interface PlainLayer {
  readonly W: number[][];
  readonly b: number[];
}

/** g and its derivative, both of a. */
export interface PlainActivation {
  g(a: number): number;
  derivative(a: number): number;
}

/** The gradients of −log f(x)_y for one example: of every layer, and of the hidden values. */
export interface PlainGradients {
  readonly loss: number;
  /** By layer. */
  readonly W: number[][][];
  readonly b: number[][];
}

/** λ₁ and λ₂ of Ω(θ) = λ₁ Σ |W| + λ₂ Σ W². */
export interface PlainPenalty {
  readonly l1: number;
  readonly l2: number;
}

/**
 * The slides' forward propagation and backpropagation for one example, in plain loops: hidden layers with g, a softmax
 * on top, the loss −log f(x)_y.
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "backpropagation algorithm".
 */
export function plainBackpropagation(
  layers: readonly PlainLayer[],
  activations: readonly PlainActivation[],
  x: readonly number[],
  y: number,
): PlainGradients {
  // Forward: a⁽ᵏ⁾ = b⁽ᵏ⁾ + W⁽ᵏ⁾ h⁽ᵏ⁻¹⁾, h⁽ᵏ⁾ = g(a⁽ᵏ⁾), f(x) = softmax(a⁽ᴸ⁺¹⁾).
  const h: number[][] = [[...x]];
  const a: number[][] = [];
  for (const [k, { W, b }] of layers.entries()) {
    a[k] = b.map((bias, i) => {
      let sum = bias;
      for (let j = 0; j < h[k].length; j++) sum += W[i][j] * h[k][j];
      return sum;
    });
    if (k < activations.length) h[k + 1] = a[k].map((value) => activations[k].g(value));
  }
  const top = a[layers.length - 1];
  const exponentials = top.map((value) => Math.exp(value));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  const f = exponentials.map((value) => value / total);

  const W: number[][][] = [];
  const b: number[][] = [];
  // ∇a⁽ᴸ⁺¹⁾ = −(e(y) − f(x))
  let da = f.map((p, c) => -((c === y ? 1 : 0) - p));
  for (let k = layers.length - 1; k >= 0; k--) {
    // ∇W⁽ᵏ⁾ = ∇a⁽ᵏ⁾ h⁽ᵏ⁻¹⁾ᵀ;  ∇b⁽ᵏ⁾ = ∇a⁽ᵏ⁾
    W[k] = da.map((d) => h[k].map((value) => d * value));
    b[k] = [...da];
    if (k === 0) break;
    // ∇h⁽ᵏ⁻¹⁾ = W⁽ᵏ⁾ᵀ ∇a⁽ᵏ⁾
    const dh = h[k].map((_, j) => {
      let sum = 0;
      for (let i = 0; i < da.length; i++) sum += layers[k].W[i][j] * da[i];
      return sum;
    });
    // ∇a⁽ᵏ⁻¹⁾ = ∇h⁽ᵏ⁻¹⁾ ⊙ g′(a⁽ᵏ⁻¹⁾)
    da = dh.map((d, j) => d * activations[k - 1].derivative(a[k - 1][j]));
  }
  return { loss: -Math.log(f[y]), W, b };
}

/**
 * One step of the slides' stochastic gradient descent, in place: Δ = −∇l − λ∇Ω(θ); θ ← θ + α Δ. Ω counts the weights.
 *
 * @see Larochelle, "Training neural networks – backpropagation", slides "stochastic gradient descent", "regularization".
 */
export function plainUpdate(
  layers: readonly PlainLayer[],
  gradients: PlainGradients,
  { l1, l2 }: PlainPenalty,
  alpha: number,
): void {
  for (const [k, { W, b }] of layers.entries()) {
    for (const [i, row] of W.entries()) {
      for (let j = 0; j < row.length; j++) {
        const omega = l1 * Math.sign(row[j]) + l2 * 2 * row[j];
        row[j] += alpha * (-gradients.W[k][i][j] - omega);
      }
      b[i] += alpha * -gradients.b[k][i];
    }
  }
}
