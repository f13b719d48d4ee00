import { tableFromArrays } from 'apache-arrow';
import * as fluxion from 'fluxion';
import { mails } from './mails.js';
import type { Part } from './part.js';
import { progress } from './progress.js';
import { sklearnMail } from './sklearnMail.js';

/** Whether a mail is spam: by its hashed words, mail by mail, and by its words in their order. Shares that are right. */
export async function mail({ rows, epochs }: Part = { rows: 6046, epochs: 6 }): Promise<number[]> {
  const corpus = await mails(rows);
  const source = fluxion.arrowTable(tableFromArrays({ ...corpus }));
  const split = fluxion.holdOut(0.2, 1);

  const learn = async (
    name: string,
    text: fluxion.Tokens | fluxion.Words,
    boxes: readonly fluxion.BoxDescription[],
    optimizer: fluxion.Optimizer,
    batchSize: number,
  ) => {
    const training = { rows: split.training };
    const encoder = await fluxion.fitEncoder(source, { target: 'kind', columns: { text }, ...training });
    const model = fluxion.sequential(boxes, { encoder, seed: 1 });
    await fluxion
      .examples(source, { encoder, ...training, epochs, batchSize, shuffle: true, seed: 1 })
      .pipe(
        fluxion.train(model, { loss: fluxion.softmaxCrossEntropy(), optimizer }),
        progress(name, Math.round(0.8 * epochs * corpus.text.length)),
      )
      .forEach(() => {});
    const others = fluxion.examples(source, { encoder, rows: split.validation });
    const { right } = await fluxion.evaluate(model, others, { right: fluxion.accuracy() });
    console.log(`${name}: ${(100 * right).toFixed(2)} % right`);
    return right;
  };

  const bag = fluxion.tokens({ bits: 18 });
  const bagged = await learn('hashed words', bag, [fluxion.linear(2)], fluxion.sgd({ learningRate: 1 }), 1);
  const words = fluxion.words({ length: 200 });
  const boxes = [fluxion.embedding(32), fluxion.gru(32), fluxion.linear(2)];
  const adam = fluxion.adam({ learningRate: 0.003 });
  const ordered = await learn('embedding and GRU', words, boxes, adam, 16);

  const others = sklearnMail(corpus, split);
  if (others === undefined) console.log('scikit-learn is not installed, so there is nothing to compare with');
  for (const [name, right] of Object.entries(others ?? {}))
    console.log(`scikit-learn, ${name}: ${(100 * right).toFixed(2)} % right`);
  return [bagged, ordered];
}
