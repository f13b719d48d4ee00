import { DataError, elements, type Labels, type Measure, type Run, type Tensor } from '@fluxion/tensor';
import { present } from './box.js';
import { type Cell, type Given, given, writeCell } from './cell.js';
import type { LossCells } from './loss.js';
import type { Objective } from './objective.js';
import type { Tape } from './tape.js';

/** The losses of one objective on one tape: the top of the graph, where outputs meet targets. */
export class LossEvaluation {
  /** What each loss is bound to, by output. */
  readonly cells: ReadonlyMap<string, LossCells>;
  readonly #targets: readonly (Cell & { readonly classes: number | undefined })[];
  readonly #runs: readonly Run[];
  readonly #means: readonly Measure[];

  /** Made by `Tape.loss`. */
  constructor(tape: Tape, objective: Objective) {
    const { kernels } = tape.model;
    const { arena } = kernels;
    const { batchSize } = tape;
    const bound = [...objective.losses].map(([name, loss]) => {
      const output = tape.value(name);
      const targets = loss.targets === 'labels' ? arena.labels(batchSize) : arena.tensor(output.shape);
      const workspace = Object.entries(loss.workspace?.(output.shape.slice(1)) ?? {}).map(
        ([cell, shape]) => [cell, arena.tensor([batchSize, ...shape])] as const,
      );
      const cells: LossCells = {
        kernels,
        output,
        targets: targets as Tensor & Labels,
        losses: arena.tensor([batchSize]),
        workspace: Object.fromEntries(workspace),
      };
      return { name, loss, cells };
    });
    this.cells = new Map(bound.map(({ name, cells }) => [name, cells]));
    this.#targets = bound.map(({ name, loss, cells }) => ({
      name,
      tensor: cells.targets,
      where: `targets of '${name}'`,
      classes: loss.targets === 'labels' ? cells.output.shape[1] : undefined,
    }));
    this.#runs = bound.flatMap(({ loss, cells }) => present(loss.fprop(cells)));
    this.#means = bound.map(({ cells }) => kernels.mean(cells.losses));
  }

  /**
   * The mean loss over the minibatch, summed over the outputs; without Ω.
   *
   * @throws {ShapeError} when the targets' shape does not fit; {DataError} on a label that is no class, its `row` being
   *   that of the minibatch.
   */
  run(targets: Given): number {
    for (const cell of this.#targets) {
      const tensor = given(targets, cell, this.#targets);
      writeCell(cell, tensor);
      if (cell.classes !== undefined) expectLabels(elements(tensor), cell.classes);
    }
    for (const run of this.#runs) run();
    let loss = 0;
    for (const mean of this.#means) loss += mean();
    return loss;
  }
}

function expectLabels(labels: ArrayLike<number>, classes: number): void {
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
