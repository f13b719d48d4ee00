/** A byte address in the arena, or a distance between two. */
type Address = number;
/** 1 adds to what is there, 0 overwrites it. */
type Add = 0 | 1;

/** What the module in `assembly/` exports: lengths in elements, addresses and strides in bytes. */
export interface WasmExports {
  copy(length: number, source: Address, sink: Address, factor: number, add: Add): void;
  copyStrided(
    rows: number,
    columns: number,
    source: Address,
    sourceRow: number,
    sourceColumn: number,
    sink: Address,
    sinkRow: number,
    sinkColumn: number,
    factor: number,
    add: Add,
  ): void;
  multiply(length: number, a: Address, b: Address, sink: Address, add: Add): void;
  scale(length: number, x: Address, factor: number): void;
  scaleBytes(length: number, bytes: Address, output: Address, factor: number): void;

  sum(length: number, x: Address): number;
  sumSquares(length: number, x: Address): number;
  sumMagnitudes(length: number, x: Address): number;
  sumRows(rows: number, columns: number, matrix: Address, stride: number, sink: Address, add: Add): void;

  sigmoid: MapKernel;
  tanh: MapKernel;
  relu: MapKernel;
  exp: MapKernel;
  log: MapKernel;
  sigmoidGradient: MapGradientKernel;
  tanhGradient: MapGradientKernel;
  reluGradient: MapGradientKernel;

  softmax(
    rows: number,
    columns: number,
    input: Address,
    inputRow: number,
    output: Address,
    outputRow: number,
  ): void;
  softmaxGradient(
    rows: number,
    columns: number,
    output: Address,
    outputRow: number,
    dOutput: Address,
    dOutputRow: number,
    sink: Address,
    sinkRow: number,
    add: Add,
  ): void;

  softmaxCrossEntropy(
    rows: number,
    columns: number,
    logits: Address,
    logitsRow: number,
    labels: Address,
    probabilities: Address,
    probabilitiesRow: number,
    losses: Address,
  ): void;
  softmaxCrossEntropyGradient: LabelGradientKernel;
  negativeLogLikelihood(
    rows: number,
    probabilities: Address,
    probabilitiesRow: number,
    labels: Address,
    losses: Address,
  ): void;
  negativeLogLikelihoodGradient: LabelGradientKernel;
  binaryCrossEntropy: LossKernel;
  binaryCrossEntropyGradient: LossGradientKernel;
  squaredError: LossKernel;
  squaredErrorGradient: LossGradientKernel;

  /**
   * output ← initial + factor·x·matrix; `initial` is 0 for zeros and `output` for what the output holds. Here and below,
   * `block` is 0, or a number of rows: every other block of so many is left out.
   */
  vectorMatrix(
    rows: number,
    columns: number,
    x: Address,
    matrix: Address,
    stride: number,
    initial: Address,
    output: Address,
    factor: number,
    block: number,
    scratch: Address,
  ): void;
  matrixVector(
    rows: number,
    columns: number,
    matrix: Address,
    stride: number,
    x: Address,
    output: Address,
    factor: number,
    add: Add,
    block: number,
  ): void;
  /** Each row of c ← the row `initial`; zeros for 0. */
  begin(m: number, n: number, c: Address, cRow: number, initial: Address): void;
  /** c ← initial + factor·a·b; `initial` is 0 for zeros and `c` for what c holds. */
  matmul: ProductKernel;
  /** `matmul` by tiles. */
  multiplyTiles: ProductKernel;
  /** `matmul` without what is zero in a. */
  multiplySparse: ProductKernel;
  /** Which of the two `matmul` takes. */
  skipsZeros(
    m: number,
    n: number,
    k: number,
    a: Address,
    aRow: number,
    aColumn: number,
    bColumn: number,
  ): 0 | 1;
  matmulScratch(m: number, n: number, k: number): number;
  /** Bytes of scratch that `vectorMatrix` and `sgd` list so many rows in. */
  listScratch(rows: number): number;

  sgd(
    rows: number,
    columns: number,
    value: Address,
    x: Address,
    d: Address,
    rate: number,
    block: number,
    scratch: Address,
  ): void;
  /** Row indices[i] of the sink ← itself + factor·rows[i]; a negative index counts nothing. */
  addRowsAt(
    count: number,
    width: number,
    indices: Address,
    rows: Address,
    rowsRow: number,
    sink: Address,
    factor: number,
  ): void;
  shrink(length: number, value: Address, by: number): void;
  decay(length: number, value: Address, rate: number, l1: number, l2: number): void;
  sgdMomentum(
    rows: number,
    columns: number,
    value: Address,
    x: Address,
    d: Address,
    velocity: Address,
    rate: number,
    momentum: number,
    nesterov: 0 | 1,
    l1: number,
    l2: number,
  ): void;
  adam(
    rows: number,
    columns: number,
    value: Address,
    x: Address,
    d: Address,
    moment1: Address,
    moment2: Address,
    rate: number,
    root: number,
    epsilon: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    l1: number,
    l2: number,
  ): void;
  writeGradient(
    rows: number,
    columns: number,
    value: Address,
    x: Address,
    d: Address,
    sink: Address,
    factor: number,
    l1: number,
    l2: number,
    add: Add,
  ): void;
}

type MapKernel = (length: number, input: Address, output: Address) => void;

type MapGradientKernel = (length: number, output: Address, dOutput: Address, sink: Address, add: Add) => void;

export type LabelGradientKernel = (
  rows: number,
  columns: number,
  probabilities: Address,
  probabilitiesRow: number,
  labels: Address,
  sink: Address,
  sinkRow: number,
  factor: number,
  add: Add,
) => void;

export type LossKernel = (
  rows: number,
  columns: number,
  output: Address,
  outputRow: number,
  targets: Address,
  targetsRow: number,
  losses: Address,
) => void;

export type LossGradientKernel = (
  rows: number,
  columns: number,
  output: Address,
  outputRow: number,
  targets: Address,
  targetsRow: number,
  sink: Address,
  sinkRow: number,
  factor: number,
  add: Add,
) => void;

type ProductKernel = (
  m: number,
  n: number,
  k: number,
  a: Address,
  aRow: number,
  aColumn: number,
  b: Address,
  bRow: number,
  bColumn: number,
  c: Address,
  cRow: number,
  initial: Address,
  factor: number,
  scratch: Address,
) => void;
