import type { BoxDescription, GraphDescription, PlacedBox } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import { partsOfBidirectional } from './bidirectional.js';
import { partsOfTransformerBlock } from './transformerBlock.js';

/** The boxes that one stands for, by name, on its children. The last of them has its name. */
type Parts = (box: PlacedBox, name: string) => Readonly<Record<string, PlacedBox>>;

const compositions: Readonly<Record<string, Parts>> = {
  bidirectional: partsOfBidirectional as Parts,
  transformerBlock: partsOfTransformerBlock as Parts,
};

/**
 * A graph in which each box that stands for several has been replaced by them. Nothing below knows of such boxes: what is saved
 * and exported is their parts.
 *
 * @param own kinds that are not to be replaced
 * @throws {OptionError} when an option of such a box cannot be, or a part has the name of another box.
 */
export function decompose(description: GraphDescription, own: readonly string[]): GraphDescription {
  const given = description?.boxes;
  const stands = ({ kind }: BoxDescription): boolean =>
    Object.hasOwn(compositions, kind) && !own.includes(kind);
  if (typeof given !== 'object' || given === null || !Object.values(given).some(stands)) return description;
  const boxes: Record<string, PlacedBox> = {};
  for (const [name, box] of Object.entries(given)) {
    const parts = stands(box) ? (compositions[box.kind] as Parts)(box, name) : { [name]: box };
    for (const [part, placed] of Object.entries(parts)) {
      if (
        Object.hasOwn(boxes, part) ||
        (part !== name && (Object.hasOwn(given, part) || Object.hasOwn(description.inputs, part)))
      ) {
        throw new OptionError(
          `${box.kind} '${name}': expected the name '${part}' for a part of its own, got another box of that name; rename one`,
        );
      }
      boxes[part] = placed;
    }
  }
  return { ...description, boxes };
}
