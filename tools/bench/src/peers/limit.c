/* What the machine can do: forward product and rank-1 update of a [784, n] float32 weight, fused into one read and write
 * of each row, native vector instructions. No loss, no second layer: a bound, not a trainer.
 *
 * usage: limit fanOut inputs roundSeconds, inputs being a file of raw float32 rows of 784. Prints {"version"} when it is
 * warm and, for each line on standard input, {"examplesPerSecond"} of a round. */
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

static int n, count, at;
static float *weight, *inputs, *delta, *output;

static double seconds_of(long examples) {
  const double start = now();
  for (long t = 0; t < examples; t++) {
    const int next = at + 1 == count ? 0 : at + 1;
    step(weight, n, inputs + (size_t)at * FAN_IN, inputs + (size_t)next * FAN_IN, delta, output);
    at = next;
  }
  return now() - start;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  n = atoi(argv[1]);
  FILE *file = fopen(argv[2], "rb");
  if (file == NULL) return 1;
  weight = aligned_alloc(64, (size_t)FAN_IN * n * sizeof(float));
  inputs = malloc(sizeof(float) * FAN_IN * 20000);
  delta = aligned_alloc(64, 4096 * sizeof(float)), output = aligned_alloc(64, 4096 * sizeof(float));
  count = (int)fread(inputs, sizeof(float) * FAN_IN, 20000, file);
  if (count < 2) return 1;
  for (int i = 0; i < FAN_IN * n; i++) weight[i] = 1e-3f * (i % 7 - 3);
  for (int j = 0; j < n; j++) delta[j] = 1e-6f * (j % 5 - 2);
  const long examples = 1 + (long)(atof(argv[3]) * 20000 / seconds_of(20000));
  puts("{\"version\": \"C, -O3 -march=native -ffast-math\"}");
  fflush(stdout);
  for (int c; (c = getchar()) != EOF;) {
    if (c != '\n') continue;
    /* After a wait, caches and pages are cold. */
    seconds_of(1 + examples / 4);
    printf("{\"examplesPerSecond\": %.1f}\n", examples / seconds_of(examples));
    fflush(stdout);
  }
  fprintf(stderr, "%g\n", output[0]);
  return 0;
}
