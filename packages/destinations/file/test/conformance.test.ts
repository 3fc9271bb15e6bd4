import { describeDestination } from '@dest/testkit';
import { FileDestination } from '../src/index';
import { conformanceKit } from './support/conformance-kit';

describeDestination(FileDestination, conformanceKit);
