export declare function bundleProgram(directory: string): Promise<unknown>;
export declare function wrapped(code: string): string;
