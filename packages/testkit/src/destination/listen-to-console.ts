const METHODS = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;

/** Keeps what is written by `console` from now on, which goes on to where it goes. */
export function listenToConsole(): { readonly lines: readonly unknown[]; stop(): void } {
  const lines: unknown[] = [];
  const originals = METHODS.map((method) => [method, console[method]] as const);
  for (const [method, original] of originals) {
    console[method] = (...written: readonly unknown[]) => {
      lines.push(written);
      original.apply(console, written as unknown[]);
    };
  }
  return {
    lines,
    stop: () => {
      for (const [method, original] of originals) console[method] = original;
    },
  };
}
