import type { FlowGraphOptions, GraphDescription } from '@fluxion/graph';
import type { DType } from '@fluxion/tensor';
import type { JsonValue } from '../json/jsonValue.js';
import { graphFromJson } from './graphFromJson.js';
import { FORMAT, VERSION } from './modelFiles.js';

/** What a model.json says. */
export interface ModelFile {
  readonly graph: GraphDescription;
  readonly seed: number;
  readonly dtype: DType;
  readonly about: JsonValue;
  readonly encoder: JsonValue | undefined;
  /** What training goes on from, as `saveTraining` of this version writes it. */
  readonly training: JsonValue | undefined;
  /** The same as 0.1.0 wrote it. */
  readonly optimizer: JsonValue | undefined;
}

/** @throws {CheckpointError} naming the place of what cannot be. */
export function readModelFile(
  json: JsonValue,
  { definitions }: Pick<FlowGraphOptions, 'definitions'>,
): ModelFile {
  json.field('format').oneOf([FORMAT]);
  const version = json.field('version');
  if (version.value !== 1 && version.value !== VERSION) {
    throw version.refuse(`1 or ${VERSION}`, 'load it with the fluxion that saved it');
  }
  const own = version.value === 1 ? ['optimizer'] : ['encoder', 'training'];
  json.only('format', 'version', 'graph', 'seed', 'dtype', 'about', ...own);
  const seed = json.field('seed');
  if (seed.integer() >= 2 ** 32) throw seed.refuse('an integer from 0 to 4294967295');
  return {
    graph: graphFromJson(json.field('graph'), definitions),
    seed: seed.integer(),
    dtype: json.field('dtype').oneOf(['float32', 'float64']),
    about: json.field('about'),
    encoder: json.optional('encoder'),
    training: json.optional('training'),
    optimizer: json.optional('optimizer'),
  };
}
