import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import type { PlaceMap, Shape, Tensor } from '@fluxion/tensor';
import { expectPicture } from '../expectPicture.js';
import { randomChange } from '../noise/randomChange.js';

/** How a box moves the places of pictures. */
export interface Resampling<D extends BoxDescription> {
  readonly options: readonly string[];
  /** @throws {OptionError} when an option of the description is invalid. */
  expect(description: D, where: string): void;
  /** Uniform numbers that an example's map takes. */
  readonly uniforms: number;
  mapOf(description: D, drawn: ArrayLike<number>): PlaceMap;
}

/** The map that leaves all places where they are. */
export const STILL: PlaceMap = { yy: 1, yx: 0, down: 0, xy: 0, xx: 1, right: 0 };

/** A box that, in training, takes the places of each picture from others, by a map of its own. */
export function resamplingBox<D extends BoxDescription>({
  options,
  expect,
  uniforms,
  mapOf,
}: Resampling<D>): BoxDefinition<D> {
  return {
    children: 1,
    options,
    outputShape(description, [input = []], where) {
      expect(description, where);
      expectPicture(input, where);
      return input as Shape;
    },
    workspace: () => ({ maps: { shape: [6], per: 'example' } }),
    ...randomChange({
      draw: ({ kernels, random, description, workspace }) =>
        kernels.drawMaps(random, uniforms, (drawn) => mapOf(description, drawn), workspace.maps as Tensor),
      apply: ({ kernels, workspace }, input, sink) => kernels.resample(input, workspace.maps as Tensor, sink),
      gradient: ({ kernels, workspace }, dOutput, sink) =>
        kernels.resampleGradient(dOutput, workspace.maps as Tensor, sink),
    }),
  };
}
