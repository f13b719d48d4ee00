export { WholeFile } from './folder/wholeFile.js';
export { JsonValue } from './json/jsonValue.js';
export { loadModel } from './model/loadModel.js';
export { expectSavable, type Training } from './model/modelContent.js';
export { expectModelFolder } from './model/modelFiles.js';
export { readGraph } from './model/readGraph.js';
export type { LoadedModel, LoadModelOptions } from './model/readModel.js';
export { saveModel } from './model/saveModel.js';
export { type LoadWeightsOptions, loadWeights } from './pytorch/loadWeights.js';
export type { Layer } from './pytorch/moduleTensors.js';
export { encodeSafetensors } from './safetensors/encodeSafetensors.js';
export { fromBfloat16, fromFloat16 } from './safetensors/halfFloats.js';
export { openSafetensors, type SafetensorsFile } from './safetensors/openSafetensors.js';
export type {
  SafetensorsDType,
  SafetensorsEntry,
  SafetensorsHeader,
} from './safetensors/safetensorsHeader.js';
export {
  checkpointFolder,
  listCheckpoints,
  pruneCheckpoints,
  removeCheckpoints,
} from './training/checkpoints.js';
export { type LoadedTraining, loadTraining } from './training/loadTraining.js';
export { type NewestCheckpoint, newestCheckpoint } from './training/newestCheckpoint.js';
export { saveTraining } from './training/saveTraining.js';
