import type { MetricLabels, Metrics } from '@dest/core';
import type { Redact } from './redactor';

/** Metrics that are handed names and labels with the secrets taken out. */
export function redactingMetrics(metrics: Metrics, redact: Redact): Metrics {
  const without = (labels: MetricLabels | undefined): MetricLabels | undefined =>
    labels && Object.fromEntries(Object.entries(labels).map(([name, value]) => [redact(name), redact(String(value))]));
  return {
    count: (name, labels, amount) => metrics.count(redact(name), without(labels), amount),
    gauge: (name, value, labels) => metrics.gauge(redact(name), value, without(labels)),
    observe: (name, value, labels) => metrics.observe(redact(name), value, without(labels)),
  };
}
