import type { Box, FlowGraph } from '@fluxion/graph';

/** The box of a model's main output, which a target is compared with. */
export function outputOf(model: FlowGraph): Box {
  return model.box(model.outputs[0] as string);
}
