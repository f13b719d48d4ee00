/* What the machine can do: forward product and rank-1 update of a [784, n] float32 weight, fused into one read and write
 * of each row, native vector instructions. No loss, no second layer: a bound, not a trainer.
 *
 * usage: limit fanOut inputs labels roundSeconds
 * inputs is a file of raw float32 rows of 784, labels one of int32, which are not used. Speaks as `serve.h` says. */
#include <string.h>
#include "serve.h"

enum { FAN_IN = 784 };

static void step(float *restrict weight, int n, const float *before, const float *input, const float *restrict delta,
                 float *restrict output) {
  memset(output, 0, n * sizeof *output);
  for (int i = 0; i < FAN_IN; i++) {
    float *restrict row = weight + (size_t)i * n;
    const float b = before[i], x = input[i];
    if (b == 0 && x == 0) continue;
    for (int j = 0; j < n; j++) {
      row[j] -= b * delta[j];
      output[j] += x * row[j];
    }
  }
}

static int n, at;
static float *weight, *delta, *output;

static void learn(long examples) {
  for (long t = 0; t < examples; t++) {
    const int next = at + 1 == rows ? 0 : at + 1;
    step(weight, n, inputs + (size_t)at * FAN_IN, inputs + (size_t)next * FAN_IN, delta, output);
    at = next;
  }
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  n = atoi(argv[1]);
  readExamples(argv[2], argv[3], FAN_IN);
  if (n < 1 || rows < 2) return 2;
  weight = uniform((size_t)FAN_IN * n, 3e-3f), delta = uniform(n, 2e-6f), output = uniform(n, 0);
  return serve(COMPILED, learn, atof(argv[4]));
}
