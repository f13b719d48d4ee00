import type { Json, JsonValue } from '@fluxion/checkpoint';
import type { TargetKind } from '@fluxion/data';
import { losses } from '@fluxion/loss';

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
  readonly block: number;
  readonly row: number;
  readonly shuffle: boolean;
  /** Size of the data file. */
  readonly bytes: number;
}

/** What model.json keeps beside the graph: all that is needed to go on training, to evaluate and to predict. */
export interface ModelAbout {
  /** Kind of the loss that the model was trained with. */
  readonly loss: string;
  /** By input of the graph. */
  readonly inputs: Readonly<Record<string, InputColumns>>;
  readonly target: TargetColumns;
  /** Epochs that the model has been trained for: the next one has an order of examples of its own. */
  readonly epochs: number;
  /** Seed of the order of examples. */
  readonly seed: number;
  /** Absent where training ended with an epoch. */
  readonly stopped?: StoppedAt | undefined;
}

/** As JSON. */
export function aboutToJson({ loss, inputs, target, epochs, seed, stopped }: ModelAbout): Json {
  return {
    loss,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, { ...input }])),
    target: { ...target },
    epochs,
    seed,
    stopped: stopped && { ...stopped },
  };
}

/**
 * @param seed that of the weights: the order's too, where model.json has no other
 * @throws {CheckpointError} saying where in model.json something else was expected.
 */
export function aboutFromJson(json: JsonValue, seed: number): ModelAbout {
  const target = json.field('target');
  const stopped = json.optional('stopped');
  const names = target.optional('names');
  return {
    loss: json.field('loss').oneOf(Object.keys(losses)),
    inputs: Object.fromEntries(
      [...json.field('inputs').members()].map(([name, input]) => [
        name,
        { columns: strings(input.field('columns')), scale: input.field('scale').number() },
      ]),
    ),
    target: {
      columns: strings(target.field('columns')),
      kind: target.field('kind').oneOf(['labels', 'values']),
      scale: target.field('scale').number(),
      ...(names === undefined ? {} : { names: strings(names) }),
    },
    epochs: json.field('epochs').integer(),
    seed: json.optional('seed')?.integer() ?? seed,
    ...(stopped === undefined ? {} : { stopped: stoppedFromJson(stopped) }),
  };
}

function stoppedFromJson(json: JsonValue): StoppedAt {
  return {
    block: json.field('block').integer(),
    row: json.field('row').integer(),
    shuffle: json.field('shuffle').boolean(),
    bytes: json.field('bytes').integer(),
  };
}

function strings(json: JsonValue): readonly string[] {
  return json.array().map((item) => item.string());
}
