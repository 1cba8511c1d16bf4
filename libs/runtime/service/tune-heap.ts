/**
 * When V8 collects garbage in a service: often and cheaply among what is young, seldom in the whole heap.
 *
 * Nearly all that a service makes lies outside of the heap and dies young: messages, and the pieces in which they come. V8 counts such buffers as growth of the heap, and marks
 * all of it, 33 MB that hardly change, when 8 MB of them came: up to 37 times in 600,000 events, a quarter of all CPU (test/bench/RESULTS.md).
 */
import { setFlagsFromString } from 'node:v8';

const heapFlags = [
  // Young garbage is collected when young buffers take 16 MiB. By itself V8 waits for 128, and comes to mark the heap before. The flag means a quarter of it: V8 doubles it where
  // pointers are not compressed, and doubles it for buffers. The young space itself is made by then and stays as it is.
  '--scavenger-max-new-space-capacity-mb=4',
  // The heap is marked when it and the buffers have grown by twice its size, or the buffers by 64 MiB.
  '--heap-growing-percent=200',
];

/** For the rest of the process; neither is an option that `NODE_OPTIONS` takes. */
export function tuneHeap(): void {
  for (const flag of heapFlags) setFlagsFromString(flag);
}
