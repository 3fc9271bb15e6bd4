import { RegisterDestination } from '@dest/core';
import { describeDestination } from '../../src/index';
import { ReferenceDestination, referenceOptions } from './support/reference-destination';
import { referenceKit } from './support/reference-kit';

RegisterDestination(referenceOptions)(ReferenceDestination);

describeDestination(ReferenceDestination, referenceKit);
