import {
  accuracy,
  adam,
  type BoxDescription,
  conv2d,
  cosineDecay,
  evaluate,
  examples,
  flatten,
  holdOut,
  imageFolder,
  linear,
  maxPool2d,
  randomCrop,
  randomFlip,
  randomRotation,
  relu,
  reshapeTo,
  sequential,
  softmaxCrossEntropy,
  train,
} from 'fluxion';
import { emojiFolder } from './emojiFolder.js';
import type { Part } from './part.js';
import { progress } from './progress.js';

/** Emoji by their category: what it brings to change the pictures a little each time they are learned from. */
export async function emoji({ rows, epochs }: Part = { rows: 1911, epochs: 40 }): Promise<number[]> {
  const pictures = imageFolder(await emojiFolder(), { width: 32 });
  const { training, validation } = holdOut(0.2, 1);
  const every = Math.floor(1911 / rows);
  const columns = { input: 'image', target: 'class', batchSize: 32 };

  const learn = async (name: string, augmentation: readonly BoxDescription[]): Promise<number> => {
    const block = (channels: number) => [
      conv2d(channels, 3, { padding: 'same', initializer: 'heUniform' }),
      relu(),
      maxPool2d(2),
    ];
    const chain = [
      ...augmentation,
      ...block(16),
      ...block(32),
      ...block(64),
      flatten(),
      linear(64, { initializer: 'heUniform' }),
      relu(),
      linear(10),
    ];
    const model = sequential([reshapeTo([32, 32, 3]), ...chain], { inputShape: [32 * 32 * 3], seed: 1 });
    const updates = Math.ceil((0.8 * rows) / 32) * epochs;
    const optimizer = adam({ learningRate: cosineDecay({ learningRate: 0.002, updates }) });
    await examples(pictures, {
      ...columns,
      epochs,
      shuffle: true,
      seed: 1,
      rows: (row) => row % every === 0 && training(row),
    })
      .pipe(
        train(model, { loss: softmaxCrossEntropy(), optimizer }),
        progress(name, Math.round(0.8 * rows * epochs)),
      )
      .forEach(() => {});
    const { right } = await evaluate(model, examples(pictures, { ...columns, rows: validation }), {
      right: accuracy(),
    });
    console.log(`${name}: ${(100 * right).toFixed(1)} % right`);
    return right;
  };

  const plain = await learn('pictures as they are', []);
  const changed = await learn('changed each time', [randomFlip(), randomCrop(2), randomRotation(10)]);
  return [plain, changed];
}
