import { type Encoder, oneHot, onlineEncoder, standardize } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { dropout, linear, relu, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { encode, type Row } from '@fluxion/pipeline';
import { from } from 'rxjs';
import type { LearningOptions } from '../learning/learner.js';

/** Events whose class is a matter of their numbers, the same for each number i. */
export function trip(i: number): Row & { readonly late: string } {
  const distance = 5 + 3 * Math.sin(i * 1.7);
  const rain = i % 3 === 0;
  return { distance, weather: rain ? 'rain' : 'sun', late: distance + (rain ? 3 : 0) > 7 ? 'yes' : 'no' };
}

export function trips(start: number, end: number): ReturnType<typeof trip>[] {
  return Array.from({ length: end - start }, (_, i) => trip(start + i));
}

/** An encoder that has seen some. */
function tripEncoder(): Encoder {
  const encoder = onlineEncoder({
    columns: { distance: standardize({ indicator: false }), weather: oneHot({ maxCategories: 4 }) },
    target: { late: ['no', 'yes'] },
  });
  from(trips(0, 50))
    .pipe(encode(encoder, { online: true }))
    .subscribe();
  return encoder;
}

/** A model that draws at random when it learns, so that a place that is lost would show. */
export function tripModel(): FlowGraph {
  return sequential([linear(8), relu(), dropout(0.2), linear(2)], { encoder: tripEncoder(), seed: 1 });
}

/** How it learns: the optimizer is a new one each time. */
export function tripLearning(directory: string): LearningOptions {
  return {
    loss: softmaxCrossEntropy(),
    optimizer: sgd({ learningRate: 0.05, momentum: 0.5 }),
    directory,
    window: 100,
    online: true,
  };
}
