import type { Link } from '@fluxion/graph';
import type { Shape } from '@fluxion/tensor';

/** What tells a model's outputs apart. */
interface Outputs {
  box(name: string): { readonly description: { readonly kind: string }; readonly shape: Shape };
}

/**
 * What makes probabilities of classes of an output, where no loss says it: nothing where its box is a `softmax` or a
 * `sigmoid` itself, sigmoid of one unit, softmax of several.
 */
export function linkOf(model: Outputs, output: string): Link {
  const { description, shape } = model.box(output);
  if (description.kind === 'softmax' || description.kind === 'sigmoid') return 'identity';
  return shape.at(-1) === 1 ? 'sigmoid' : 'softmax';
}
