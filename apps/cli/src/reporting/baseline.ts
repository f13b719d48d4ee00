import type { Examples } from '@fluxion/data';
import { type FlowGraph, objective } from '@fluxion/graph';
import { add, apply, graph } from '@fluxion/layers';
import { fprop } from '@fluxion/pipeline';
import { elements, sizeOf, tensor } from '@fluxion/tensor';
import type { Observable } from 'rxjs';
import type { Figures } from '../measuring/figures.js';
import { figuresOf, outputMetrics } from '../measuring/measure.js';
import { lossesOf, type Task, type TaskOutput } from '../model/task.js';
import type { OutputCount, TargetCounts } from '../training/targetCounts.js';
import { medians } from '../training/targetSample.js';

/** What it comes to, on some examples, to say the same of each: the commonest class, the mean or the median, of those trained on. */
export interface Baseline {
  readonly figures: Figures;
  /** In words, as `always 'no'` or `always the mean`. */
  readonly rule: string;
  /** What it answers for each output: a class, `the mean` or `the median`. */
  readonly answers: readonly string[];
  /** What a model's mean loss is below that of the baseline, and the standard error of that over the examples. */
  readonly gain: { readonly mean: number; readonly standardError: number };
}

/**
 * Measures a model against the baseline, with the losses and metrics that the model itself is measured with. The standard error
 * is that of the mean difference of the two losses of an example: √(Σ w²(d − d̄)²) / Σ w, for differences d of weight w.
 *
 * @param trained targets of the examples trained on
 * @param measured examples that both are measured on
 */
export async function measureBaseline(
  model: FlowGraph,
  task: Task,
  trained: TargetCounts,
  measured: Observable<Examples>,
): Promise<Baseline> {
  const constants = task.outputs.map((output, i) => constantOf(output, trained.outputs[i] as OutputCount));
  const constant = constantModel(model, task);
  const losses = lossesOf(task);
  const [own, other] = [objective(model, losses), objective(constant, losses)];
  const links = Object.fromEntries(task.outputs.map(({ output, loss }) => [output, loss.link]));
  const metrics = Object.entries(outputMetrics(task)).map(([name, { metric, bind }]) => {
    return { name, running: metric.start(), observe: bind(model, links) };
  });
  let [weights, sum, difference, squares, cross, squaredWeights] = [0, 0, 0, 0, 0, 0];
  await measured.pipe(fprop(model, { mode: 'predict' })).forEach(({ tape, examples }) => {
    const answers = task.outputs.map(({ output }, i) => {
      const values = new Float32Array(examples.size * sizeOf(model.box(output).shape));
      const answer = constants[i] as readonly number[];
      for (let j = 0; j < values.length; j++) values[j] = answer[j % answer.length] as number;
      return [inputOf(output), tensor(values, [examples.size, ...model.box(output).shape])] as const;
    });
    const same = constant.fprop(Object.fromEntries(answers), { mode: 'predict' });
    try {
      const [mine, theirs] = [tape.losses(own, examples.targets), same.losses(other, examples.targets)];
      const each = examples.weights && elements(examples.weights);
      for (let i = 0; i < examples.size; i++) {
        const [weight, loss] = [each?.[i] ?? 1, theirs[i] as number];
        const gain = loss - (mine[i] as number);
        weights += weight;
        sum += weight * loss;
        difference += weight * gain;
        squaredWeights += weight ** 2;
        cross += weight ** 2 * gain;
        squares += (weight * gain) ** 2;
      }
      for (const { running, observe } of metrics) {
        const { predictions, targets, weights } = observe(same, examples);
        running.add(predictions, targets, weights);
      }
    } finally {
      same.release();
    }
  });
  const mean = difference / weights;
  const spread = squares - 2 * mean * cross + mean ** 2 * squaredWeights;
  const values = new Map(metrics.map(({ name, running }) => [name, running.value]));
  const answers = task.outputs.map((output, i) => answerOf(output, trained.outputs[i] as OutputCount));
  return {
    figures: figuresOf(task, sum / weights, (name) => values.get(name) ?? Number.NaN),
    rule: ruleOf(task, answers),
    answers,
    gain: { mean, standardError: Math.sqrt(Math.max(0, spread)) / weights },
  };
}

function inputOf(output: string): string {
  return `constant ${output}`;
}

/** A model whose outputs are its inputs, and are called and shaped as those of another. */
function constantModel(model: FlowGraph, { outputs }: Task): FlowGraph {
  const all = outputs.map(({ output }) => ({ output, shape: model.box(output).shape }));
  return graph({
    inputs: Object.fromEntries(all.map(({ output, shape }) => [inputOf(output), shape])),
    boxes: Object.fromEntries(all.map(({ output }) => [output, apply(add(), inputOf(output))])),
    outputs: all.map(({ output }) => output),
  });
}

/** Probability of a class that was not seen in training, so that it costs much and not everything. */
const LEAST = 1e-7;

/** What an output is to be, unit by unit, so that it always says the shares of the classes, the mean or the median. */
function constantOf(
  { classes, loss }: TaskOutput,
  { labels, sums, examples, sample }: OutputCount,
): readonly number[] {
  if (sample !== undefined) return medians(sample);
  if (classes === undefined) {
    const means = sums.map((sum) => sum / examples);
    if (loss.kind === 'poisson') return means.map((mean) => Math.log(Math.max(LEAST, mean)));
    return loss.link === 'identity' ? means : means.map((mean) => linkInverse(loss.link, mean));
  }
  const weighted = labels.map((count, label) => (loss.classWeights?.[label] ?? 1) * count);
  const mass = weighted.reduce((sum, one) => sum + one, 0);
  const shares = weighted.map((one) => linkInverse(loss.link, one / mass));
  // One unit says how probable the second of two classes is.
  return loss.targets === 'values' ? shares.slice(1) : shares;
}

/** What makes a probability, up to what softmax does not see. */
function linkInverse(link: TaskOutput['loss']['link'], probability: number): number {
  const p = Math.max(LEAST, Math.min(1 - LEAST, probability));
  if (link === 'identity') return p;
  return link === 'softmax' ? Math.log(p) : Math.log(p / (1 - p));
}

function answerOf({ classes, names }: TaskOutput, { labels, sample }: OutputCount): string {
  if (classes === undefined) return sample === undefined ? 'the mean' : 'the median';
  const commonest = labels.indexOf(Math.max(...labels));
  return names?.[commonest] ?? String(commonest);
}

function ruleOf({ outputs }: Task, answers: readonly string[]): string {
  const [first, ...others] = outputs.map(({ names }, i) =>
    names === undefined ? answers[i] : `'${answers[i]}'`,
  );
  return others.length === 0 ? `always ${first}` : 'always the commonest class, the mean or the median';
}
