import { type Labels, OptionError, type Run, type Tensor } from '@fluxion/tensor';
import { type BoxCells, type Mode, type Pass, present } from '../box/boxCells.js';
import type { Link } from '../box/loss.js';
import { inputOptions } from '../description/graphDescription.js';
import type { Box } from '../model/buildBox.js';
import type { BuiltGraph } from '../model/builtGraph.js';
import type { LossesByOutput } from '../model/objective.js';
import { type Ahead, lookAhead } from './ahead.js';
import { Backpropagation } from './backpropagation.js';
import { Cell, type Given } from './cell.js';
import { finiteCheck, indexCheck } from './checkValues.js';
import { LinkedOutput } from './linkedOutput.js';
import { LossEvaluation } from './lossEvaluation.js';
import type { Cells, PassCells } from './passCells.js';

/**
 * The cells that a pass over so many examples computes in, and the kernels bound to them. A lane lends it to one pass
 * after another, so nothing is allocated for an example.
 */
export class PassMemory implements PassCells {
  readonly model: BuiltGraph;
  readonly batchSize: number;
  /** Value by the name of the box or of the input of numbers, each [batch, ...shape]. */
  readonly values: ReadonlyMap<string, Tensor>;
  readonly cells: Cells;
  /** Says that the pass is over. */
  readonly giveBack: () => void;
  readonly #pass: { -readonly [K in keyof Pass]: Pass[K] } = { mode: 'predict', example: 0, stride: 1 };
  #dependsOnMode = false;
  readonly #boxCells = new Map<Box, BoxCells>();
  readonly #inputs: readonly Cell[];
  readonly #masks: readonly MaskCell[];
  /** The mask that a value carries, by the name of its input or box. */
  readonly #carried: ReadonlyMap<string, Tensor>;
  readonly #runs: readonly Run[];
  readonly #lookAhead: ((ahead: Ahead | undefined) => void) | undefined;
  readonly #evaluations = new Map<LossesByOutput, LossEvaluation>();
  readonly #backpropagations = new Map<LossesByOutput, Backpropagation>();
  readonly #links = new Map<string, LinkedOutput>();

  /** Made by `Lane.memory`. */
  constructor(model: BuiltGraph, batchSize: number, cells: Cells, giveBack: () => void) {
    this.model = model;
    this.batchSize = batchSize;
    this.cells = cells;
    this.giveBack = giveBack;
    const { kernels } = model;

    const values = new Map<string, Tensor>();
    const indices = new Map<string, Labels>();
    const inputs = Object.entries(model.description.inputs).map(([name, input]) => {
      const { shape, indices: bound } = inputOptions(input);
      const where = `fprop input '${name}'`;
      if (bound === undefined) {
        const tensor = cells.tensor([batchSize, ...shape]);
        values.set(name, tensor);
        return new Cell({ name, where, tensor, expect: finiteCheck(where, tensor, kernels) });
      }
      const tensor = cells.indices([batchSize, ...shape]);
      indices.set(name, tensor);
      const fix = () => 'correct the data, or declare the input with more indices';
      return new Cell({ name, where, tensor, expect: indexCheck(where, tensor, -1, bound, fix) });
    });
    this.#inputs = inputs;
    this.#lookAhead = batchSize === 1 ? lookAhead(model.boxes, new Map(values)) : undefined;
    const masks = Object.entries(model.description.inputs).flatMap(([, input], i) =>
      inputOptions(input).masked ? [new MaskCell(inputs[i] as Cell, cells)] : [],
    );
    this.#masks = masks;

    const maskOf = (name: string | undefined): Tensor | undefined =>
      masks.find(({ input }) => input.name === name)?.tensor;
    const carried = new Map(masks.map(({ input, tensor }) => [input.name, tensor]));
    for (const box of model.boxes) {
      const { name, definition, description, childShapes, shape } = box;
      const workspace = Object.entries(definition.workspace?.(description, childShapes, shape) ?? {});
      const { children } = description;
      const output = cells.tensor([batchSize, ...shape]);
      this.#boxCells.set(box, {
        kernels,
        name,
        description,
        pass: this.#pass,
        inputs: children.map((child) => values.get(child) as Tensor),
        indices: children.map((child) => indices.get(child)),
        masks: children.map((child) => carried.get(child)),
        output,
        parameters: tensorsOf(box.parameters),
        states: tensorsOf(box.states),
        workspace: Object.fromEntries(
          workspace.map(([name, { shape, per }]) => [
            name,
            cells.tensor(per === 'pass' ? shape : [batchSize, ...shape]),
          ]),
        ),
        random: box.random,
      });
      values.set(name, output);
      const mask = maskOf(box.mask);
      if (mask !== undefined) carried.set(name, mask);
    }
    this.values = values;
    this.#carried = carried;
    this.#runs = [...this.#boxCells].flatMap(([{ definition }, cells]) =>
      present(definition.fprop(this.#watched(cells))),
    );
  }

  get mode(): Mode {
    return this.#pass.mode;
  }

  get dependsOnMode(): boolean {
    return this.#dependsOnMode;
  }

  value(name: string): Tensor {
    const value = this.values.get(name);
    if (value === undefined) {
      throw new OptionError(
        `tape value: expected one of ${[...this.values.keys()].join(', ')}, got '${name}'; name one of these`,
      );
    }
    return value;
  }

  mask(name: string): Tensor | undefined {
    return this.#carried.get(name);
  }

  cellsOf(box: Box): BoxCells {
    return this.#boxCells.get(box) as BoxCells;
  }

  /** The value of every box. */
  fprop(inputs: Given, pass: Pass, ahead?: Ahead): void {
    this.#pass.mode = pass.mode;
    this.#pass.example = pass.example;
    this.#pass.stride = pass.stride;
    for (const cell of this.#inputs) cell.fill(inputs, this.#inputs);
    for (const mask of this.#masks) mask.fill(inputs);
    if (pass.mode === 'train') this.#lookAhead?.(ahead);
    for (const run of this.#runs) run();
  }

  /** Notes when a box looks at the pass: only then can its value depend on the mode. */
  #watched(cells: BoxCells): BoxCells {
    return Object.defineProperty({ ...cells }, 'pass', {
      get: () => {
        this.#dependsOnMode = true;
        return this.#pass;
      },
    });
  }

  /** The losses of an objective, bound once whatever Ω is. */
  evaluation(losses: LossesByOutput): LossEvaluation {
    let evaluation = this.#evaluations.get(losses);
    if (evaluation === undefined) {
      evaluation = new LossEvaluation(this, losses);
      this.#evaluations.set(losses, evaluation);
    }
    return evaluation;
  }

  /** The way back from the losses of an objective, bound once whatever Ω is. */
  backpropagation(losses: LossesByOutput): Backpropagation {
    let backpropagation = this.#backpropagations.get(losses);
    if (backpropagation === undefined) {
      backpropagation = new Backpropagation(this, losses, this.evaluation(losses));
      this.#backpropagations.set(losses, backpropagation);
    }
    return backpropagation;
  }

  /** An output under a link, bound once. */
  linked(link: Link, output: string): LinkedOutput {
    const key = `${link} ${output}`;
    let linked = this.#links.get(key);
    if (linked === undefined) {
      linked = new LinkedOutput(this, link, output);
      this.#links.set(key, linked);
    }
    return linked;
  }
}

function tensorsOf(named: ReadonlyMap<string, { readonly value: Tensor }>): Readonly<Record<string, Tensor>> {
  return Object.fromEntries([...named].map(([short, { value }]) => [short, value]));
}

/** The mask of a masked input: [batch, length], 1 for what counts and 0 for padding. */
class MaskCell {
  readonly input: Cell;
  readonly tensor: Tensor;
  readonly #given: Cell;

  constructor(input: Cell, cells: Cells) {
    this.input = input;
    this.tensor = cells.tensor(input.tensor.shape.slice(0, 2));
    const name = `${input.name}.mask`;
    const where = `fprop input '${name}'`;
    this.#given = new Cell({
      name,
      where,
      tensor: this.tensor,
      expect: indexCheck(where, this.tensor, 0, 2, () => 'give 1 for what counts and 0 for padding'),
    });
  }

  fill(inputs: Given): void {
    if (Object.hasOwn(inputs, this.#given.name)) {
      this.#given.fill(inputs, [this.input, this.#given]);
      return;
    }
    const mask = this.tensor.data;
    const { tensor } = this.input;
    const places = tensor.data;
    if (places instanceof Int32Array && tensor.dimension === 2) {
      for (let i = 0; i < mask.length; i++) mask[i] = (places[i] as number) < 0 ? 0 : 1;
    } else mask.fill(1);
  }
}
