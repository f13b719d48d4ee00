import type { JsonValue } from '@fluxion/checkpoint';
import type { TargetKind } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { losses } from '@fluxion/loss';
import type { Json } from '@fluxion/tensor';
import { lossByName, mainOutput } from './lossFor.js';

/** Columns that become one input of the graph. */
export interface InputColumns {
  readonly columns: readonly string[];
  /** Factor that their numbers are multiplied by. */
  readonly scale: number;
}

/** Columns that the main output is compared with. */
export interface TargetColumns {
  readonly columns: readonly string[];
  readonly kind: TargetKind;
  /** Factor that values are multiplied by; 1 for labels. */
  readonly scale: number;
  /** Names of the classes by label, where the column has names. */
  readonly names?: readonly string[];
}

/** Where in an epoch training was stopped. It is a place only in the same data, in the same order. */
export interface StoppedAt {
  /** Examples of the epoch that had been trained on. */
  readonly row: number;
  /** What the order is a function of, and the files. */
  readonly run: Json;
}

/** The options that a model was trained with last. They are told, not taken up: going on, the command line counts. */
export interface TrainedWith {
  readonly optimizer: string;
  readonly learningRate: number;
  readonly decreaseConstant: number;
  /** Absent where the rate does not change. */
  readonly schedule?: string | undefined;
  readonly warmUp?: number | undefined;
  /** Absent where the optimizer has none. */
  readonly momentum?: number | undefined;
  readonly batchSize: number;
  readonly l1: number;
  readonly l2: number;
}

/** The epoch whose weights a model has, and the validation loss that chose it. */
export interface BestEpoch {
  readonly epoch: number;
  readonly loss: number;
}

/** How far a model has been trained, and on what. */
export interface TrainedSoFar {
  /** Epochs that the model has been trained for: the next one has an order of examples of its own. */
  readonly epochs: number;
  /** Seed of the order of examples. */
  readonly seed: number;
  /** Share of the rows that is held out of training, by a hash of their numbers; absent where none is. */
  readonly validation?: number | undefined;
  /** Absent where the weights are the latest. */
  readonly best?: BestEpoch | undefined;
  /** Absent where training ended with an epoch. */
  readonly stopped?: StoppedAt | undefined;
  /** Absent where the model has not been trained by this command. */
  readonly trainedWith?: TrainedWith | undefined;
}

/** What model.json keeps beside a graph that takes columns of numbers: what it takes to train, evaluate and predict. */
export interface ModelAbout extends TrainedSoFar {
  /** Kind of the loss that the model was trained with. */
  readonly loss: string;
  /** By input of the graph. */
  readonly inputs: Readonly<Record<string, InputColumns>>;
  readonly target: TargetColumns;
}

/** Which box predicts which target, and the kind of its loss. */
export interface OutputAbout {
  readonly output: string;
  readonly target: string;
  readonly loss: string;
}

/** What model.json keeps beside a graph that an encoder feeds, which is saved with it and knows the columns. */
export interface EncodedAbout extends TrainedSoFar {
  readonly outputs: readonly OutputAbout[];
}

/**
 * What model.json keeps beside a graph, compared with the graph.
 *
 * @throws {CheckpointError} saying where in model.json something else was expected.
 */
export function aboutFromJson(json: JsonValue, model: FlowGraph): ModelAbout | EncodedAbout {
  const soFar = trainedFromJson(json, model);
  const outputs = json.optional('outputs');
  if (outputs !== undefined)
    return { outputs: outputs.array().map((one) => outputFromJson(one, model)), ...soFar };
  const loss = json.field('loss').oneOf(Object.keys(losses));
  return {
    loss,
    inputs: inputsFromJson(json.field('inputs'), model),
    target: targetFromJson(json.field('target'), loss, model),
    ...soFar,
  };
}

function outputFromJson(json: JsonValue, model: FlowGraph): OutputAbout {
  return {
    output: json.field('output').oneOf([...model.outputs]),
    target: json.field('target').string(),
    loss: json.field('loss').oneOf(Object.keys(losses)),
  };
}

/** How far a model has been trained. The seed of the order is that of the weights, where there is no other. */
export function trainedFromJson(json: JsonValue, model: FlowGraph): TrainedSoFar {
  const [validation, best, stopped, trainedWith] = ['validation', 'best', 'stopped', 'trainedWith'].map(
    (name) => json.optional(name),
  );
  return {
    epochs: json.optional('epochs')?.integer() ?? 0,
    seed: json.optional('seed')?.integer() ?? model.seed,
    ...(validation && { validation: shareFromJson(validation) }),
    ...(best && { best: { epoch: best.field('epoch').integer(), loss: best.field('loss').number() } }),
    ...(stopped && { stopped: stoppedFromJson(stopped) }),
    ...(trainedWith && { trainedWith: trainedWithFromJson(trainedWith) }),
  };
}

function shareFromJson(json: JsonValue): number {
  const share = json.number();
  if (!(share > 0 && share < 1)) throw json.refuse('a number between 0 and 1');
  return share;
}

function inputsFromJson(json: JsonValue, model: FlowGraph): Readonly<Record<string, InputColumns>> {
  const members = json.members();
  const names = Object.keys(model.inputs);
  if (members.size !== names.length || !names.every((name) => members.has(name))) {
    throw json.refuse(`the inputs of the graph, ${names.join(', ')}`);
  }
  return Object.fromEntries(
    [...members].map(([name, input]) => [
      name,
      { columns: columns(input.field('columns')), scale: input.field('scale').number() },
    ]),
  );
}

function targetFromJson(json: JsonValue, loss: string, model: FlowGraph): TargetColumns {
  const names = json.optional('names');
  const { targets } = lossByName(loss);
  const target = {
    columns: columns(json.field('columns')),
    kind: json.field('kind').oneOf([targets]),
    scale: json.field('scale').number(),
  };
  const [units] = mainOutput(model).shape;
  if (target.columns.length > 1 && (targets === 'labels' || target.columns.length !== units)) {
    throw json
      .field('columns')
      .refuse(
        targets === 'labels' ? 'one column of labels' : `as many columns as the output has units, ${units}`,
      );
  }
  return names === undefined ? target : { ...target, names: namesFromJson(names, targets, units) };
}

function namesFromJson(json: JsonValue, kind: string, units: number | undefined): readonly string[] {
  const names = strings(json);
  if (kind !== 'labels') throw json.refuse('no names for a target of numbers', 'take them out');
  if (names.length !== units) {
    throw json.refuse(`a name for each unit of the output, ${units}`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw json.refuse(`each name once, '${twice}' comes twice`);
  return names;
}

function stoppedFromJson(json: JsonValue): StoppedAt {
  return {
    row: json.field('row').integer(),
    run: json.optional('run')?.value ?? null,
  };
}

function trainedWithFromJson(json: JsonValue): TrainedWith {
  const [momentum, schedule, warmUp] = ['momentum', 'schedule', 'warmUp'].map((name) => json.optional(name));
  return {
    optimizer: json.field('optimizer').string(),
    learningRate: json.field('learningRate').number(),
    decreaseConstant: json.field('decreaseConstant').number(),
    ...(schedule && { schedule: schedule.string() }),
    ...(warmUp && { warmUp: warmUp.number() }),
    ...(momentum && { momentum: momentum.number() }),
    batchSize: json.field('batchSize').integer(1),
    l1: json.field('l1').number(),
    l2: json.field('l2').number(),
  };
}

function columns(json: JsonValue): readonly string[] {
  const names = strings(json);
  if (names.length === 0) throw json.refuse('a column or more');
  return names;
}

function strings(json: JsonValue): readonly string[] {
  return json.array().map((item) => item.string());
}
