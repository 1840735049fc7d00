import * as fc from 'fast-check';

/** The same random cases in each run of the tests. `DOCKFIX_PROPERTY_SEED=random`, or a number, looks at others. */
const given = process.env['DOCKFIX_PROPERTY_SEED'];

if (given !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: given === undefined ? 20_261_124 : Number(given) });
