import {
  type CheckGradientsOptions,
  checkGradients,
  type FlowGraph,
  type GradientReport,
} from '@fluxion/graph';

/**
 * Checks the gradients of a model box by box, in the order of fprop, so that what is found can be told as it is found.
 * While one box is checked the others are frozen, which changes no gradient of its own.
 *
 * @throws what `checkGradients` throws.
 */
export function* checkByBox(
  model: FlowGraph,
  options: CheckGradientsOptions,
): Generator<GradientReport, void> {
  const learning = model.boxes.filter(({ parameters }) =>
    [...parameters.values()].some(({ frozen }) => !frozen),
  );
  for (const { name } of learning) model.freeze(name);
  for (const { name } of learning) {
    model.freeze(name, false);
    yield inOrder(checkGradients(model, options), model);
    model.freeze(name);
  }
}

/** The report with its parameters in the order of the model. */
function inOrder(report: GradientReport, { parameters }: FlowGraph): GradientReport {
  const names = parameters.map(({ name }) => name);
  return {
    ...report,
    parameters: report.parameters.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name)),
  };
}
