/** Every public name of the packages, under one. */
export * from '@fluxion/checkpoint';
export * from '@fluxion/data';
export * from '@fluxion/graph';
export * from '@fluxion/images';
export * from '@fluxion/layers';
// The tensor package has the kernel's options under this name; the optimizer's are meant.
export * from '@fluxion/loss';
export * from '@fluxion/metrics';
export * from '@fluxion/mpi';
export * from '@fluxion/onnx';
export type { AdamOptions } from '@fluxion/optim';
export * from '@fluxion/optim';
export * from '@fluxion/pipeline';
export * from '@fluxion/tensor';
