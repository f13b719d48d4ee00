/* FANN, as its users train online: 784-n-10, one example after the other. It has no softmax: sigmoids and squared error.
 *
 * usage: fann fanOut inputs labels roundSeconds
 * inputs is a file of raw float32 rows of 784, labels one of int32. Speaks as `serve.h` says. */
#include <floatfann.h>
#include "serve.h"

enum { FAN_IN = 784, CLASSES = 10 };

static struct fann *net;
static int at;

static void learn(long examples) {
  for (long t = 0; t < examples; t++, at = (at + 1) % rows) {
    float target[CLASSES] = {0};
    target[labels[at]] = 1;
    fann_train(net, inputs + (size_t)at * FAN_IN, target);
  }
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  readExamples(argv[2], argv[3], FAN_IN);
  if (rows == 0) return 2;
  net = fann_create_standard(3, FAN_IN, (unsigned)atoi(argv[1]), CLASSES);
  fann_set_learning_rate(net, 0.01f);
  return serve("FANN, sigmoids and squared error", learn, atof(argv[4]));
}
