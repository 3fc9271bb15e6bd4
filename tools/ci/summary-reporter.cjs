'use strict';
const { appendFileSync } = require('node:fs');

/** Adds a run's counts to the file that TEST_SUMMARY_FILE names, so that several runs can be added up. */
class SummaryReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.TEST_SUMMARY_FILE;
    if (file === undefined || file === '') return;
    // A suite that could not even be run has no tests to count as failed.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    appendFileSync(file, `${results.numPassedTests} ${failed} ${skipped}\n`);
  }
}

module.exports = SummaryReporter;
