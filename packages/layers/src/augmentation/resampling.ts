import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, type PlaceMap, type Shape, type Tensor } from '@fluxion/tensor';

/** How a box moves the places of pictures. */
export interface Resampling<D extends BoxDescription> {
  readonly options: readonly string[];
  /** @throws {OptionError} when an option of the description is none. */
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
      const rule = ['height', 'width', 'channels'];
      expectShape(`${where} input`, rule, input, 'give it pictures, as by reshapeTo()');
      return input as Shape;
    },
    workspace: () => ({ maps: { shape: [6], per: 'example' } }),
    fprop({ kernels, description, pass, random, inputs: [input], output, workspace }) {
      const maps = workspace.maps as Tensor;
      const draw = kernels.drawMaps(random, uniforms, (drawn) => mapOf(description, drawn), maps);
      const apply = kernels.resample(input as Tensor, maps, { tensor: output, beta: 0 });
      const copy = kernels.copy(input as Tensor, { tensor: output, beta: 0 });
      return [
        () => {
          if (pass.mode === 'predict') return copy();
          draw(pass.example);
          apply();
        },
      ];
    },
    bprop({ kernels, pass, workspace, dOutput, dInputs: [dInput] }) {
      if (dInput === undefined) return [];
      const apply = kernels.resampleGradient(dOutput, workspace.maps as Tensor, dInput);
      const copy = kernels.copy(dOutput, dInput);
      return [() => (pass.mode === 'train' ? apply() : copy())];
    },
  };
}
