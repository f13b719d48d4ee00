/** Every public name of the packages, under one. */
export * from '@fluxion/checkpoint';
export * from '@fluxion/data';
export * from '@fluxion/graph';
export * from '@fluxion/layers';
// Names that two packages have: the box and the optimizer's options are meant; the tensor's are in @fluxion/tensor.
export { reshape } from '@fluxion/layers';
export * from '@fluxion/loss';
export * from '@fluxion/metrics';
export type { AdamOptions } from '@fluxion/optim';
export * from '@fluxion/optim';
export * from '@fluxion/pipeline';
export * from '@fluxion/tensor';
