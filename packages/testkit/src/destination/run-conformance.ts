import { messageOf, type DestinationClass } from '@dest/core';
import { destinationCases } from './destination-cases';
import type { ConformanceGroup, DestinationCase, Subject } from './destination-case';
import type { DestinationKit } from './destination-kit';
import { inabilityFor } from './inability';
import type { OtherSide } from './other-side';
import { watchForStrays } from './strays';

/** What became of one case. */
export interface CaseResult {
  readonly group: ConformanceGroup;
  readonly name: string;
  /** `not-supported`: the destination declares that it can't do what the case is about. */
  readonly status: 'passed' | 'failed' | 'not-supported';
  /** What differs, or why it is not supported; empty where it passed. */
  readonly message: string;
  /** In milliseconds. */
  readonly durationMs: number;
}

/** The results of the conformance suite for one class. */
export interface Scorecard {
  readonly passed: number;
  readonly failed: number;
  readonly notSupported: number;
  /** One for each case, in the suite's order. */
  readonly results: readonly CaseResult[];
}

export interface ConformanceOptions {
  /** How many cases may run beside one another, but for those that look at the whole process. Default: 1. */
  readonly concurrency?: number;
  /** Which cases run. Default: all. */
  readonly only?: (candidate: DestinationCase) => boolean;
  /** Is told of each result as soon as it is there. */
  readonly onResult?: (result: CaseResult) => void;
}

/** Holds a destination against the contract, without a test runner. Never rejects: what goes wrong is in the results. */
export async function runConformance<Side extends OtherSide>(
  Class: DestinationClass<object>,
  kit: DestinationKit<Side>,
  options: ConformanceOptions = {},
): Promise<Scorecard> {
  const { concurrency = 1, only = () => true, onResult } = options;
  const subject = { Class, kit } as unknown as Subject;
  const cases = destinationCases.filter(only);
  const results = new Map<DestinationCase, CaseResult>();
  const work = async (waiting: Iterator<DestinationCase>): Promise<void> => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      const result = await resultOf(next.value, subject);
      results.set(next.value, result);
      onResult?.(result);
    }
  };
  const together = cases.filter(({ alone }) => !alone).values();
  const stopWatching = watchForStrays(subject);
  try {
    await Promise.all(Array.from({ length: Math.max(1, concurrency) }, () => work(together)));
    await work(cases.filter(({ alone }) => alone).values());
  } finally {
    stopWatching();
  }
  return scorecardOf(cases.map((each) => results.get(each) as CaseResult));
}

async function resultOf(destinationCase: DestinationCase, subject: Subject): Promise<CaseResult> {
  const { group, name, needs } = destinationCase;
  const begun = performance.now();
  const result = (status: CaseResult['status'], message: string): CaseResult => {
    const durationMs = Math.round(performance.now() - begun);
    return { group, name, status, message, durationMs };
  };
  const inability = inabilityFor(subject, needs);
  if (inability !== undefined) return result('not-supported', inability);
  try {
    await destinationCase.run(subject);
    return result('passed', '');
  } catch (error) {
    return result('failed', messageOf(error));
  }
}

function scorecardOf(results: readonly CaseResult[]): Scorecard {
  const count = (status: CaseResult['status']): number => results.filter((result) => result.status === status).length;
  return { passed: count('passed'), failed: count('failed'), notSupported: count('not-supported'), results };
}
