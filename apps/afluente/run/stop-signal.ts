/** Ctrl-C and SIGTERM as one abort signal; a second Ctrl-C does not interrupt the drain, it says that one is under way. */
export function stopSignal(say: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      say(
        controller.signal.aborted ? 'still draining …' : 'draining: every step in progress is finished and committed …',
      );
      controller.abort();
    });
  }
  return controller.signal;
}
