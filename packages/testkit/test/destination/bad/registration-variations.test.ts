import { registrationVariations } from './registration-variations';
import { testVariations } from './test-variations';

testVariations(registrationVariations);
