/** Ctrl-C and SIGTERM as one abort signal; a second Ctrl-C does not interrupt the drain, it says that one is under way. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      process.stderr.write(controller.signal.aborted ? 'still draining …\n' : 'draining: every step in progress is finished and committed …\n');
      controller.abort();
    });
  }
  return controller.signal;
}
