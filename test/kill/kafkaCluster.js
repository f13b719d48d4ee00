// Runs the mock cluster of librdkafka, whose path it is given, with one topic, `events`; prints its address.

import koffi from 'koffi';

const library = koffi.load(process.argv[2] ?? '');
const conf = library.func('void *rd_kafka_conf_new()')();
const error = Buffer.alloc(512);
const producer = library.func('void *rd_kafka_new(int, void *, char *, size_t)')(
  0,
  conf,
  error,
  error.length,
);
const cluster = library.func('void *rd_kafka_mock_cluster_new(void *, int)')(producer, 1);
library.func('int rd_kafka_mock_topic_create(void *, const char *, int, int)')(cluster, 'events', 1, 1);
console.log(library.func('const char *rd_kafka_mock_cluster_bootstraps(void *)')(cluster));
setInterval(() => {}, 1 << 30);
