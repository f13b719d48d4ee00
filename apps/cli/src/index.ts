/** Every public name of the packages, under one. */
export * from '@fluxion/checkpoint';
export * from '@fluxion/data';
export * from '@fluxion/graph';
export * from '@fluxion/layers';
export * from '@fluxion/loss';
export * from '@fluxion/metrics';
export * from '@fluxion/optim';
export * from '@fluxion/pipeline';
export * from '@fluxion/tensor';
