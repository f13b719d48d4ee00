/* FANN, as its users train online: 784-n-10, one example after the other. It has no softmax: sigmoids and squared error.
 *
 * usage: fann fanOut inputs labels roundSeconds
 * Prints {"version"} when it is warm and, for each line on standard input, {"examplesPerSecond"} of a round. */
#include <floatfann.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FAN_IN = 784, CLASSES = 10, EXAMPLES = 20000 };

static float inputs[EXAMPLES][FAN_IN];
static int labels[EXAMPLES];
static struct fann *net;
static int count, at;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static double secondsOf(long examples) {
  const double start = now();
  for (long t = 0; t < examples; t++, at = (at + 1) % count) {
    float target[CLASSES] = {0};
    target[labels[at]] = 1;
    fann_train(net, inputs[at], target);
  }
  return now() - start;
}

static int contentOf(const char *path, void *to, size_t size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) exit(1);
  const int items = (int)fread(to, size, EXAMPLES, file);
  fclose(file);
  return items;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  count = contentOf(argv[2], inputs, sizeof inputs[0]);
  if (contentOf(argv[3], labels, sizeof labels[0]) < count || count == 0) return 2;
  net = fann_create_standard(3, FAN_IN, (unsigned)atoi(argv[1]), CLASSES);
  fann_set_learning_rate(net, 0.01f);
  const long warm = 500, examples = 1 + (long)(atof(argv[4]) * warm / secondsOf(warm));
  printf("{\"version\": \"FANN, sigmoids and squared error\"}\n");
  fflush(stdout);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    /* After a wait, caches and pages are cold. */
    secondsOf(1 + examples / 4);
    printf("{\"examplesPerSecond\": %f}\n", examples / secondsOf(examples));
    fflush(stdout);
  }
  return 0;
}
