import type { Examples } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { optimizerState } from '@fluxion/optim';
import {
  elements,
  expectNames,
  type Floats,
  OptionError,
  type Savable,
  type Saved,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { map, type OperatorFunction, Subject } from 'rxjs';
import { extendStep } from '../extendStep.js';
import type { Step } from '../messages.js';
import { expectSameOptions } from '../steps/expectSameOptions.js';
import { type TrainOptions, train } from '../train.js';

/** What runs against the model, and for how long. */
export interface RaceOptions extends TrainOptions {
  /** Makes a new model of the same graph. */
  readonly fresh: () => FlowGraph;
  /** Examples that both learn from; what they come to over the second half of these decides. Default 2000. */
  readonly examples?: number;
}

/** A step, and how the race ended that it ended. */
export type RacedStep = Step & { readonly race?: 'won by the new' | 'won by the old' };

/** What trains, and races a new model against the old one when it is told to. */
export interface Race extends OperatorFunction<Examples, RacedStep>, Savable {
  /** Starts a new model; where one is running it starts over. */
  begin(): void;
}

/**
 * Trains a model as `train` does and, when something has changed, a new one beside it on the same examples. Each example is predicted
 * by both before they learn from it. If the new model's mean loss is the lower one over the second half of the race, its weights and
 * the state of its optimizer take the place of the old ones: what serves the model goes on without a break.
 *
 * @throws {OptionError} when `examples` is not an integer from 2, or the new model is of another graph.
 * @example
 * const fresh = () => sequential([linear(10)], { inputShape: [784], seed: 2 });
 * const race = raceFresh(model, { loss, optimizer, fresh });
 * examples(source, options)
 *   .pipe(race, detectDrift(adwin()))
 *   .subscribe(({ drift }) => drift && race.begin());
 */
export function raceFresh(model: FlowGraph, options: RaceOptions): Race {
  expectNames('raceFresh', options, ['fresh', 'examples', 'loss', 'regularizer', 'optimizer', 'prequential']);
  const { fresh, examples: length = 2000, ...training } = options;
  if (!(Number.isSafeInteger(length) && length >= 2)) {
    throw new OptionError(`raceFresh examples: expected an integer from 2, got ${length}; give one, as 2000`);
  }
  let rival: Rival | undefined;
  const operator: OperatorFunction<Examples, RacedStep> = (source) => {
    let examples: Examples | undefined;
    return source.pipe(
      map((each) => {
        examples = each;
        return each;
      }),
      train(model, training),
      map((step): RacedStep => {
        if (rival === undefined || examples === undefined) return step;
        rival.learn(examples, step.loss, length / 2);
        if (rival.seen < length) return step;
        const isBetter = rival.losses.rival < rival.losses.own;
        if (isBetter) takeOver(model, rival.model, training.optimizer);
        rival = undefined;
        return extendStep(step, {
          race: isBetter ? ('won by the new' as const) : ('won by the old' as const),
        });
      }),
    );
  };
  const begin = (): Rival => new Rival(expectSameGraph(model, fresh()), training);
  const save = (): Saved => ({
    kind: 'raceFresh',
    options: { examples: length },
    tensors: rival === undefined ? new Map() : rival.save(training),
  });
  return Object.assign(operator, {
    begin(): void {
      rival = begin();
    },
    save,
    restore(saved: Saved): void {
      expectSameOptions('raceFresh', save(), saved);
      rival = saved.tensors.size === 0 ? undefined : begin();
      rival?.restore(training, saved.tensors);
    },
  });
}

/** The new model, and how it has done beside the old one. */
class Rival {
  readonly model: FlowGraph;
  seen = 0;
  /** Sums over the second half. */
  losses = { rival: 0, own: 0 };
  readonly #examples = new Subject<Examples>();
  #loss = 0;

  constructor(model: FlowGraph, training: TrainOptions) {
    this.model = model;
    const { prequential: _, ...own } = training;
    this.#examples.pipe(train(model, own)).subscribe({
      next: ({ loss }) => {
        this.#loss = loss;
      },
      // A new model that diverges has lost.
      error: () => {
        this.#loss = Number.POSITIVE_INFINITY;
      },
    });
  }

  learn(examples: Examples, own: number, half: number): void {
    this.#examples.next(examples);
    this.seen += examples.size;
    if (this.seen <= half) return;
    this.losses.own += own * examples.size;
    this.losses.rival += this.#loss * examples.size;
  }

  save({ optimizer }: TrainOptions): ReadonlyMap<string, Tensor> {
    const { tensors } = optimizerState(optimizer, this.model).save();
    return new Map<string, Tensor>([
      ['race', tensor(Float64Array.of(this.seen, this.losses.own, this.losses.rival))],
      ...cells(this.model).map((cell): [string, Tensor] => [
        `model.${cell.name}`,
        tensor(elements(this.model.valueOf(cell)).slice(), cell.value.shape),
      ]),
      ...[...tensors].map(([name, value]): [string, Tensor] => [`optimizer.${name}`, value]),
    ]);
  }

  restore({ optimizer }: TrainOptions, tensors: ReadonlyMap<string, Tensor>): void {
    const [seen = 0, own = 0, rival = 0] = elements(tensors.get('race') ?? tensor([]));
    this.seen = seen;
    this.losses = { own, rival };
    for (const cell of cells(this.model)) {
      this.model.assign(cell, elements(tensors.get(`model.${cell.name}`) as Tensor) as Floats);
    }
    const state = optimizerState(optimizer, this.model);
    const own_ = [...tensors].flatMap(([name, value]): [string, Tensor][] =>
      name.startsWith('optimizer.') ? [[name.slice('optimizer.'.length), value]] : [],
    );
    state.restore({ ...state.save(), tensors: new Map(own_) });
  }
}

function takeOver(model: FlowGraph, rival: FlowGraph, optimizer: TrainOptions['optimizer']): void {
  for (const [i, cell] of cells(model).entries()) {
    model.assign(cell, elements(rival.valueOf(cells(rival)[i] as typeof cell)));
  }
  optimizerState(optimizer, model).restore(optimizerState(optimizer, rival).save());
}

function cells({ parameters, states }: FlowGraph) {
  return [...parameters, ...states];
}

function expectSameGraph(model: FlowGraph, fresh: FlowGraph): FlowGraph {
  const [own, other] = [model, fresh].map((each) =>
    cells(each)
      .map(({ name, value }) => `${name} [${value.shape}]`)
      .join(', '),
  );
  if (own === other) return fresh;
  throw new OptionError(
    `raceFresh fresh: expected a model with ${own}, got ${other}; make one of the same graph`,
  );
}
