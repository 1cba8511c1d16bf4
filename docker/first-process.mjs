/**
 * Loaded before the program of a container. The kernel spares process 1 the signals that it does not handle: a program that is still
 * loading, or handles none, could not be stopped. A handler that the program brings takes over from this one. What comes before Node
 * itself is ready, in its first tenths of a second, is lost all the same; only an init (`docker run --init`) would keep it.
 */
for (const [signal, number] of /** @type {const} */ ([
  ['SIGTERM', 15],
  ['SIGINT', 2],
])) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(128 + number);
  });
}
