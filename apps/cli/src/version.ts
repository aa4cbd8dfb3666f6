import manifest from "../package.json" with { type: "json" };

/** The version of this command line, which manifests name as their generator's. */
export const version: string = manifest.version;
