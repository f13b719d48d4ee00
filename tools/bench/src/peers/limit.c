/* What the machine can do: forward product and rank-1 update of a [784, n] float32 weight, fused into one read and write
 * of each row, native vector instructions. No loss, no second layer: a bound, not a trainer.
 *
 * usage: limit fanOut examples runs < inputs (raw float32 rows of 784); prints examples/s of each run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FAN_IN = 784 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

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

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const int n = atoi(argv[1]), examples = atoi(argv[2]), runs = atoi(argv[3]);
  float *weight = aligned_alloc(64, (size_t)FAN_IN * n * sizeof(float));
  float *inputs = malloc(sizeof(float) * FAN_IN * 10000);
  float *delta = aligned_alloc(64, 4096 * sizeof(float)), *output = aligned_alloc(64, 4096 * sizeof(float));
  const int count = (int)fread(inputs, sizeof(float) * FAN_IN, 10000, stdin);
  if (count < 2) return 1;
  for (int i = 0; i < FAN_IN * n; i++) weight[i] = 1e-3f * (i % 7 - 3);
  for (int j = 0; j < n; j++) delta[j] = 1e-6f * (j % 5 - 2);
  for (int r = -1; r < runs; r++) {
    const double start = now();
    for (int t = 1; t <= examples; t++)
      step(weight, n, inputs + (size_t)((t - 1) % count) * FAN_IN, inputs + (size_t)(t % count) * FAN_IN, delta, output);
    if (r >= 0) printf("%.1f\n", examples / (now() - start));
  }
  fprintf(stderr, "%g\n", output[0]);
  return 0;
}
