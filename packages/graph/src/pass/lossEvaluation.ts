import {
  DataError,
  elements,
  expectShape,
  type Floats,
  type Labels,
  type Measure,
  type Run,
  type Shape,
  sizeOf,
  type Tensor,
} from '@fluxion/tensor';
import { present } from '../box/boxCells.js';
import type { Loss, LossCells } from '../box/loss.js';
import { type LossesByOutput, weighsSteps } from '../model/objective.js';
import { Cell, type Elements, expectTensor, type Given, hasShape } from './cell.js';
import { finiteCheck, indexCheck } from './checkValues.js';
import type { PassCells } from './passCells.js';

/** Some losses in the memory of a pass: the top of the graph, where outputs meet targets. */
export class LossEvaluation {
  readonly #losses: readonly BoundLoss[];
  readonly #targets: readonly Cell[];

  /** Made by `PassMemory.evaluation`. */
  constructor(pass: PassCells, losses: LossesByOutput) {
    this.#losses = [...losses].map(([name, loss]) => new BoundLoss(pass, name, loss));
    this.#targets = this.#losses.map(({ targets }) => targets);
  }

  /** The loss of each output that has one, as it is bound. */
  of(output: string): BoundLoss | undefined {
    return this.#losses.find(({ name }) => name === output);
  }

  /**
   * The mean over the minibatch of each example's loss times what it counts, summed over the outputs; without Ω.
   *
   * @param weights what each example counts, [batch], or each step of sequences, [batch, length]; 1 unless given
   * @throws {ShapeError} when the shape of targets or weights does not fit; {DataError} on a target that the loss cannot
   *   take, or an invalid weight, its `row` being that of the minibatch.
   */
  run(targets: Given, weights?: Tensor): number {
    let mean = 0;
    for (const loss of this.#losses) mean += loss.run(targets, this.#targets, weights);
    return mean;
  }

  /** The loss of each example in the last run, times what it counted, summed over the outputs. */
  get losses(): Float64Array {
    return this.#losses.reduce(
      (total, loss) => {
        const { data } = loss.cells.losses;
        return total.map((sum, i) => sum + loss.weight * (data[i] as number));
      },
      new Float64Array(this.#losses[0]?.cells.losses.size ?? 0),
    );
  }
}

/** One loss in the memory of a pass. */
export class BoundLoss {
  readonly name: string;
  readonly targets: Cell;
  readonly cells: LossCells;
  readonly #loss: Loss;
  readonly #runs: readonly Run[];
  readonly #mean: Measure;
  /** What each example counts, where they do not all count 1. */
  readonly #weights: Float64Array;
  #isWeighted = false;

  constructor(pass: PassCells, name: string, loss: Loss) {
    const { kernels } = pass.model;
    const { batchSize, cells: from } = pass;
    const output = pass.value(name);
    const shape = output.shape.slice(1);
    const isLabels = loss.targets === 'labels';
    const targets = isLabels
      ? from.indices([batchSize, ...(loss.labelShape?.(shape) ?? [])])
      : from.tensor(output.shape);
    const workspace = Object.entries(loss.workspace?.(shape) ?? {}).map(
      ([cell, shape]) => [cell, from.tensor([batchSize, ...shape])] as const,
    );
    this.#weights = new Float64Array(batchSize);
    this.name = name;
    this.cells = {
      kernels,
      output,
      targets: targets as Tensor & Labels,
      mask: pass.mask(name),
      losses: from.tensor([batchSize]),
      weights: this.#weights,
      stepWeights: weighsSteps(loss, shape) ? from.tensor([batchSize, shape[0] as number]) : undefined,
      workspace: Object.fromEntries(workspace),
    };
    this.targets = new Cell({
      name,
      where: `targets of '${name}'`,
      tensor: targets,
      otherAxes: isLabels
        ? `${loss.kind} compares with labels: choose targetKind 'labels', or a loss of values, as squaredError()`
        : `${loss.kind} compares with values: choose targetKind 'values', or a loss of labels, as softmaxCrossEntropy()`,
      // Yes and no are the labels 1 and 0.
      takesFlat: loss.link === 'sigmoid' && shape.length === 1 && shape[0] === 1,
      expect: isLabels
        ? this.#labelCheck(loss, targets as Labels)
        : this.#valueCheck(loss, targets as Tensor),
    });
    this.#loss = loss;
    this.#runs = present([lookAtOutput(name, loss, this.cells), ...loss.fprop(this.cells)]);
    this.#mean = kernels.mean(this.cells.losses);
  }

  /** What the output counts beside others. */
  get weight(): number {
    return this.#loss.weight ?? 1;
  }

  /** The mean of the losses times the weights. */
  run(targets: Given, all: readonly Cell[], weights: Tensor | undefined): number {
    const values = this.targets.fill(targets, all);
    const { stepWeights } = this.cells;
    const isOfSteps = stepWeights !== undefined && weights?.shape?.length === 2;
    if (stepWeights !== undefined) this.#weighSteps(stepWeights, values, isOfSteps ? weights : undefined);
    for (const run of this.#runs) run();
    const { classWeights, weight = 1 } = this.#loss;
    const ofExamples = isOfSteps ? undefined : weights;
    const ofClasses = stepWeights === undefined ? classWeights : undefined;
    this.#isWeighted = ofExamples !== undefined || ofClasses !== undefined;
    if (this.#isWeighted) this.#weigh(values, ofExamples, ofClasses);
    else if (this.#loss.mixesExamples) this.#weights.fill(1);
    return weight * this.#mean();
  }

  /** Kernels that leave the gradient of the mean loss, weights included, in the cell of dOutput, which they overwrite. */
  bprop(dOutput: Tensor): readonly Run[] {
    const { kernels } = this.cells;
    const batch = dOutput.shape[0] as number;
    const factor = (this.#loss.weight ?? 1) / batch;
    const runs = present(this.#loss.bprop({ ...this.cells, dOutput: { tensor: dOutput, beta: 0 }, factor }));
    let scales: readonly ((factor: number) => void)[] | undefined;
    const weigh = (): void => {
      if (!this.#isWeighted || this.#loss.mixesExamples) return;
      const rest = dOutput.shape.slice(1).map(() => null);
      scales ??= Array.from({ length: batch }, (_, i) => kernels.scale(dOutput.pick(i, ...rest)));
      for (let i = 0; i < scales.length; i++) scales[i]?.(this.#weights[i] as number);
    };
    return [...runs, weigh];
  }

  #weigh(targets: Elements, given: Tensor | undefined, ofClasses: readonly number[] | undefined): void {
    const weights = this.#weights;
    takeWeights('example', weights, [weights.length], given);
    if (ofClasses !== undefined) weighByClass(weights, ofClasses, targets);
    const losses = this.cells.losses.data;
    for (let i = 0; i < weights.length; i++) losses[i] = (losses[i] as number) * (weights[i] as number);
  }

  #weighSteps({ data, shape }: Tensor, targets: Elements, given: Tensor | undefined): void {
    takeWeights('step', data as Floats, shape, given);
    if (this.#loss.classWeights !== undefined) weighByClass(data as Floats, this.#loss.classWeights, targets);
  }

  #labelCheck(loss: Loss, labels: Labels): (values: Elements) => void {
    const { shape } = this.cells.output;
    const classes = loss.labelBound?.(shape.slice(1)) ?? (shape.at(-1) as number);
    // In a sequence −1 is a step without a label.
    const least = labels.dimension > 1 ? -1 : 0;
    return indexCheck('label', labels, least, classes, (label) =>
      label >= classes
        ? `give the graph an output of ${Math.floor(label) + 1} units or correct the data`
        : 'correct the data',
    );
  }

  #valueCheck(loss: Loss, targets: Tensor): (values: Elements) => void {
    const expectFinite = finiteCheck(`target of '${this.name}'`, targets, this.cells.kernels);
    const shape = targets.shape.slice(1);
    const mask = this.cells.mask && elements(this.cells.mask);
    return (values) => {
      expectFinite();
      loss.expectTargets?.(values, shape, mask);
    };
  }
}

function lookAtOutput(name: string, loss: Loss, { output }: LossCells): Run | undefined {
  const values = elements(output);
  return loss.expectValues && (() => loss.expectValues?.(values, `${loss.kind} of '${name}'`));
}

/** The weights that are given, or 1 for each. */
function takeWeights(what: string, weights: Floats, shape: Shape, given: Tensor | undefined): void {
  if (given === undefined) {
    weights.fill(1);
    return;
  }
  const where = `${what} weights`;
  if (!hasShape(given, shape)) {
    expectTensor(given, where);
    expectShape(where, shape, given.shape, `give one weight for each ${what}`);
  }
  weights.set(elements(given));
  const each = sizeOf(shape.slice(1));
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    if (weight >= 0 && weight < Number.POSITIVE_INFINITY) continue;
    throw new DataError(`${where}: expected numbers from 0, got ${weight}; give such a weight`, {
      row: Math.floor(i / each),
    });
  }
}

/** Of a label, the weight of its class; of a value between 0 and 1, what lies between the weights of both. */
function weighByClass(weights: Floats, ofClasses: readonly number[], targets: Elements): void {
  for (let i = 0; i < weights.length; i++) {
    const target = targets[i] as number;
    const [low, high] = [ofClasses[Math.floor(target)] ?? 1, ofClasses[Math.ceil(target)] ?? 1];
    weights[i] = (weights[i] as number) * (low + (high - low) * (target - Math.floor(target)));
  }
}
