import { carriedVariations } from './carried-variations';
import { testVariations } from './test-variations';

testVariations(carriedVariations);
