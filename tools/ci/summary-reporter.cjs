'use strict';
const { appendFileSync } = require('node:fs');
const { relative } = require('node:path');

/**
 * Adds a run's counts to the file that TEST_SUMMARY_FILE names, so that several runs can be added up, and the titles of
 * what was skipped, which say why, to the one beside it that ends with `.skipped`.
 */
class SummaryReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.TEST_SUMMARY_FILE;
    if (file === undefined || file === '') return;
    // A suite that could not even be run has no tests to count as failed.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    appendFileSync(file, `${results.numPassedTests} ${failed} ${skipped}\n`);
    const titles = results.testResults.flatMap(skippedTitles);
    if (titles.length > 0) appendFileSync(`${file}.skipped`, `${titles.join('\n')}\n`);
  }
}

function skippedTitles({ testFilePath, testResults }) {
  return testResults
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => `${relative(process.cwd(), testFilePath)}: ${fullName}`);
}

module.exports = SummaryReporter;
