import { tableFromArrays } from 'apache-arrow';
import {
  accuracy,
  adam,
  arrowTable,
  type Encoder,
  embedding,
  evaluate,
  examples,
  type FlowGraph,
  fitEncoder,
  gru,
  holdOut,
  linear,
  type Optimizer,
  sequential,
  sgd,
  softmaxCrossEntropy,
  type Tokens,
  tokens,
  train,
  type Words,
  words,
} from 'fluxion';
import { mails } from './mails.js';
import type { Part } from './part.js';
import { progress } from './progress.js';
import { sklearnMail } from './sklearnMail.js';

/** Whether a mail is spam: by its hashed words, mail by mail, and by its words in their order. Shares that are right. */
export async function mail({ rows, epochs }: Part = { rows: 6046, epochs: 6 }): Promise<number[]> {
  const corpus = await mails(rows);
  const source = arrowTable(tableFromArrays({ ...corpus }));
  const split = holdOut(0.2, 1);

  const fit = (text: Tokens | Words): Promise<Encoder> =>
    fitEncoder(source, { target: 'kind', columns: { text }, rows: split.training });
  const learn = async (
    name: string,
    model: FlowGraph,
    encoder: Encoder,
    optimizer: Optimizer,
    batchSize: number,
  ): Promise<number> => {
    await examples(source, { encoder, rows: split.training, epochs, batchSize, shuffle: true, seed: 1 })
      .pipe(
        train(model, { loss: softmaxCrossEntropy(), optimizer }),
        progress(name, Math.round(0.8 * epochs * corpus.text.length)),
      )
      .forEach(() => {});
    const { right } = await evaluate(model, examples(source, { encoder, rows: split.validation }), {
      right: accuracy(),
    });
    console.log(`${name}: ${(100 * right).toFixed(2)} % right`);
    return right;
  };

  const bag = await fit(tokens({ bits: 18 }));
  const sequence = await fit(words({ length: 200 }));
  const scores = [
    await learn(
      'hashed words',
      sequential([linear(2)], { encoder: bag, seed: 1 }),
      bag,
      sgd({ learningRate: 1 }),
      1,
    ),
    await learn(
      'embedding and GRU',
      sequential([embedding(32), gru(32), linear(2)], { encoder: sequence, seed: 1 }),
      sequence,
      adam({ learningRate: 0.003 }),
      16,
    ),
  ];
  const others = sklearnMail(corpus, split) ?? { 'scikit-learn is not installed': Number.NaN };
  for (const [name, right] of Object.entries(others))
    console.log(`scikit-learn, ${name}: ${(100 * right).toFixed(2)} %`);
  return scores;
}
