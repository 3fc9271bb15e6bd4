/** Labels of a measurement. Keep their values few: every combination is a time series. */
export type MetricLabels = Readonly<Record<string, string>>;

/** Counters, gauges and histograms, by name. */
export interface Metrics {
  /** Adds to a counter. `amount` defaults to 1. */
  count(name: string, labels?: MetricLabels, amount?: number): void;
  /** Sets a gauge. */
  gauge(name: string, value: number, labels?: MetricLabels): void;
  /** Adds an observation to a histogram, such as a duration in milliseconds. */
  observe(name: string, value: number, labels?: MetricLabels): void;
}

const nothing = (): void => undefined;

/** Measures nothing: the default. */
export const noopMetrics: Metrics = { count: nothing, gauge: nothing, observe: nothing };
