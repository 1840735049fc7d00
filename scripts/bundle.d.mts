export declare function bundleProgram(directory: string): Promise<unknown>;
