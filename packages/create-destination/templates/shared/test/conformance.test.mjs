import { describe, test } from 'node:test';
import { describeDestination } from '@dest/testkit';
import { TemplateDestination } from 'dest-plugin-template';
import { conformance } from '../conformance.mjs';

// A test for each of the contract's cases. Add tests of your own beside this file.
describeDestination(TemplateDestination, conformance, { describe, test });
