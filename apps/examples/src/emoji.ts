import * as fluxion from 'fluxion';
import { emojiFolder } from './emojiFolder.js';
import type { Part } from './part.js';
import { progress } from './progress.js';

/** How many pictures there are. */
const ALL = 1911;

/** Emoji by their category: what it brings to change the pictures a little each time they are learned from. */
export async function emoji({ rows, epochs }: Part = { rows: ALL, epochs: 40 }): Promise<number[]> {
  const pictures = fluxion.imageFolder(await emojiFolder(), { width: 32 });
  const { training, validation } = fluxion.holdOut(0.2, 1);
  const isTaken = (row: number) => row % Math.floor(ALL / rows) === 0 && training(row);
  const columns = { input: 'image', target: 'class', batchSize: 32 };
  const updates = Math.ceil((0.8 * rows) / 32) * epochs;

  const block = (channels: number) => [
    fluxion.conv2d(channels, 3, { padding: 'same', initializer: 'heUniform' }),
    fluxion.relu(),
    fluxion.maxPool2d(2),
  ];
  const learn = async (name: string, augmentation: readonly fluxion.BoxDescription[]) => {
    const model = fluxion.sequential(
      [
        fluxion.reshapeTo([32, 32, 3]),
        ...augmentation,
        ...block(16),
        ...block(32),
        ...block(64),
        fluxion.flatten(),
        fluxion.linear(64, { initializer: 'heUniform' }),
        fluxion.relu(),
        fluxion.linear(10),
      ],
      { inputShape: [32 * 32 * 3], seed: 1 },
    );
    const optimizer = fluxion.adam({ learningRate: fluxion.cosineDecay({ learningRate: 0.002, updates }) });
    await fluxion
      .examples(pictures, { ...columns, epochs, shuffle: true, seed: 1, rows: isTaken })
      .pipe(
        fluxion.train(model, { loss: fluxion.softmaxCrossEntropy(), optimizer }),
        progress(name, Math.round(0.8 * rows * epochs)),
      )
      .forEach(() => {});
    const others = fluxion.examples(pictures, { ...columns, rows: validation });
    const { right } = await fluxion.evaluate(model, others, { right: fluxion.accuracy() });
    console.log(`${name}: ${(100 * right).toFixed(1)} % right`);
    return right;
  };

  const plain = await learn('pictures as they are', []);
  const changes = [fluxion.randomFlip(), fluxion.randomCrop(2), fluxion.randomRotation(10)];
  return [plain, await learn('changed each time', changes)];
}
