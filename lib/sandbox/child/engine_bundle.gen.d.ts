export declare const MODULES: Readonly<Record<string, string>>;
