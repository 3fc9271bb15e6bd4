import { describeDestination } from '@dest/testkit';
import { PulsarDestination } from '../src/index';
import { conformanceKit } from './support/conformance-kit';

describeDestination(PulsarDestination, conformanceKit);
