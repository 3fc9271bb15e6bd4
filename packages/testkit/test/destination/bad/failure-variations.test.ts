import { failureVariations } from './failure-variations';
import { testVariations } from './test-variations';

testVariations(failureVariations);
