/** Why nothing can be said of a Dockerfile. */
import type { ErrorCode } from '../report/report.ts';

export type VerifyFault = Extract<ErrorCode, 'no-engine' | 'engine-failed' | 'disk-full' | 'timeout' | 'original-fails' | 'not-verifiable'>;

export class VerifyError extends Error {
  readonly code: VerifyFault;

  constructor(code: VerifyFault, message: string) {
    super(message);
    this.code = code;
  }
}

/** Is it the Dockerfile as it is that does not build, or not in time? */
export function isOfOriginal({ code }: VerifyError): boolean {
  return code === 'original-fails' || code === 'timeout';
}

/** With these no other Dockerfile can be verified either. */
export function endsAll({ code }: VerifyError): boolean {
  return code === 'no-engine' || code === 'disk-full';
}
