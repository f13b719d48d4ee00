import {
  DataError,
  elements,
  type Labels,
  type Measure,
  type Run,
  type Shape,
  type Tensor,
} from '@fluxion/tensor';
import { present } from './box.js';
import { Cell, type Elements, type Given } from './cell.js';
import type { Loss, LossCells } from './loss.js';
import type { LossesByOutput } from './objective.js';
import type { PassMemory } from './passMemory.js';

/** Some losses in the memory of a pass: the top of the graph, where outputs meet targets. */
export class LossEvaluation {
  /** What each loss is bound to, by output. */
  readonly cells: ReadonlyMap<string, LossCells>;
  readonly #targets: readonly Cell[];
  readonly #expectations: readonly (Expectation | undefined)[];
  readonly #runs: readonly Run[];
  readonly #means: readonly Measure[];

  /** Made by `PassMemory.evaluation`. */
  constructor(memory: PassMemory, losses: LossesByOutput) {
    const { kernels } = memory.model;
    const { batchSize, cells: from } = memory;
    const bound = [...losses].map(([name, loss]) => {
      const output = memory.value(name);
      const targets = loss.targets === 'labels' ? from.labels(batchSize) : from.tensor(output.shape);
      const workspace = Object.entries(loss.workspace?.(output.shape.slice(1)) ?? {}).map(
        ([cell, shape]) => [cell, from.tensor([batchSize, ...shape])] as const,
      );
      const cells: LossCells = {
        kernels,
        output,
        targets: targets as Tensor & Labels,
        losses: from.tensor([batchSize]),
        workspace: Object.fromEntries(workspace),
      };
      return { name, loss, cells };
    });
    this.cells = new Map(bound.map(({ name, cells }) => [name, cells]));
    this.#targets = bound.map(
      ({ name, loss, cells }) =>
        new Cell(
          name,
          `targets of '${name}'`,
          cells.targets,
          loss.targets === 'labels'
            ? `${loss.kind} compares with labels: choose targetKind 'labels', or a loss of values, as squaredError()`
            : `${loss.kind} compares with values: choose targetKind 'values', or a loss of labels, as softmaxCrossEntropy()`,
        ),
    );
    this.#expectations = bound.map(({ loss, cells }) => expectation(loss, cells.output.shape.slice(1)));
    this.#runs = bound.flatMap(({ name, loss, cells }) =>
      present([lookAtOutput(name, loss, cells), ...loss.fprop(cells)]),
    );
    this.#means = bound.map(({ cells }) => kernels.mean(cells.losses));
  }

  /**
   * The mean loss over the minibatch, summed over the outputs; without Ω.
   *
   * @throws {ShapeError} when the targets' shape does not fit; {DataError} on a target that the loss cannot take, its
   *   `row` being that of the minibatch.
   */
  run(targets: Given): number {
    for (let i = 0; i < this.#targets.length; i++) {
      const values = (this.#targets[i] as Cell).fill(targets, this.#targets);
      this.#expectations[i]?.(values);
    }
    for (const run of this.#runs) run();
    let loss = 0;
    for (const mean of this.#means) loss += mean();
    return loss;
  }
}

function lookAtOutput(name: string, loss: Loss, { output }: LossCells): Run | undefined {
  const values = elements(output);
  return loss.expectValues && (() => loss.expectValues?.(values, `${loss.kind} of '${name}'`));
}

/** Refuses targets that cannot be, with a DataError. */
type Expectation = (targets: Elements) => void;

function expectation(loss: Loss, outputShape: Shape): Expectation | undefined {
  if (loss.targets === 'labels') return (targets) => expectLabels(targets, outputShape[0] as number);
  return loss.expectTargets && ((targets) => loss.expectTargets?.(targets, outputShape));
}

function expectLabels(labels: Elements, classes: number): void {
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      const units = label >= classes ? `give the graph an output of ${Math.floor(label) + 1} units or ` : '';
      throw new DataError(
        `label: expected an integer from 0 to ${classes - 1}, got ${label}; ${units}mend the data`,
        { row },
      );
    }
  }
}
