/** Makes a process fit for the simulation: virtual time and seeded chance, before any of the product is loaded. */
import { replaceGlobals } from './time/replace-globals.js';
import { useStandIns } from './world/lake/stand-ins.js';

useStandIns();
replaceGlobals();
