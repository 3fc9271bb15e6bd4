import { describeDestination } from '@dest/testkit';
import { conformance } from '../conformance.cjs';
import { FileDestination } from '../src/index';

describeDestination(FileDestination, conformance);
