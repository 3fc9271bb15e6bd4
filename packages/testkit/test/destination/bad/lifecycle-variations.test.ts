import { endWhatWasLeft, lifecycleVariations } from './lifecycle-variations';
import { testVariations } from './test-variations';

afterEach(endWhatWasLeft);

testVariations(lifecycleVariations);
