import picocolors from 'picocolors';

import type { Colors } from '../report/terminal.ts';

/** Whatever picocolors thinks of standard output; what is printed may go elsewhere. */
export const colors: Colors = picocolors.createColors(true);
