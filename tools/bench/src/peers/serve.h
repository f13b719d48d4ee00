/* What the programs in C share: examples in memory, random weights, and rounds. A program prints {"version", "firstLoss"} when it is
 * warm, the mean loss of the first 1,000 examples where it counts them, and, for each line on standard input, {"examplesPerSecond"} of
 * a round. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define COMPILED "C, -O3 -march=native -ffast-math"

enum { EXAMPLES = 20000, FIRST = 1000, WARM = 4000 };

static int rows, seen;
static double firstLosses;
static float *inputs;
static int *labels;

/* Softmax cross-entropy: from the logits to its gradient. The first losses are counted. */
static inline void crossEntropy(float *logits, int classes, int label) {
  float most = logits[0], sum = 0;
  for (int c = 1; c < classes; c++) most = fmaxf(most, logits[c]);
  const float own = logits[label] - most;
  for (int c = 0; c < classes; c++) sum += logits[c] = expf(logits[c] - most);
  if (seen < FIRST) {
    firstLosses += logf(sum) - own;
    seen++;
  }
  for (int c = 0; c < classes; c++) logits[c] = logits[c] / sum - (c == label);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void *contentOf(const char *path, size_t size, size_t *items) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) exit(1);
  void *content = aligned_alloc(64, size * EXAMPLES);
  *items = fread(content, size, EXAMPLES, file);
  fclose(file);
  /* In a virtual machine the first access to a page may cost as much as half a step. */
  for (size_t i = 0; i < size * *items; i += 1024) (void)((volatile char *)content)[i];
  return content;
}

static void readExamples(const char *inputPath, const char *labelPath, int fanIn) {
  size_t ofInputs, ofLabels;
  inputs = contentOf(inputPath, sizeof(float) * fanIn, &ofInputs);
  labels = contentOf(labelPath, sizeof(int), &ofLabels);
  rows = (int)(ofInputs < ofLabels ? ofInputs : ofLabels);
}

/* He's and Glorot's uniform distributions, as the others begin. */
static inline float *uniform(size_t size, float limit) {
  float *values = aligned_alloc(64, (sizeof(float) * size + 63) / 64 * 64);
  for (size_t i = 0; i < size; i++) values[i] = limit * (2 * (rand() / (float)RAND_MAX) - 1);
  return values;
}

static double secondsOf(void (*learn)(long), long examples) {
  const double start = now();
  learn(examples);
  return now() - start;
}

static int serve(const char *version, void (*learn)(long), double roundSeconds) {
  const long examples = 1 + (long)(roundSeconds * WARM / secondsOf(learn, WARM));
  printf("{\"version\": \"%s\"", version);
  if (seen > 0) printf(", \"firstLoss\": %f", firstLosses / seen);
  printf("}\n");
  fflush(stdout);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    /* After a wait, caches and pages are cold. */
    learn(examples);
    printf("{\"examplesPerSecond\": %f}\n", examples / secondsOf(learn, examples));
    fflush(stdout);
  }
  return 0;
}
