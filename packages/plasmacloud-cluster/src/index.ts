export { type ClusterConfig, clusterConfigJsonSchema, clusterConfigSchema } from "./cluster-config.js";
export { type ClusterCode, clusterCodes } from "./codes.js";
export { type ClusterServices, plasmacloudCluster } from "./extension.js";
