const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Has something stopped after the test: what was begun last is stopped first. */
export function stopAfterwards(stop: () => Promise<void>): void {
  stops.push(stop);
}
