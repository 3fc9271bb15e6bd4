import { dispatchVariations } from './dispatch-variations';
import { testVariations } from './test-variations';

testVariations(dispatchVariations);
