export { catalogue } from "./catalogue/services.js";
export {
  type CertificatePlan,
  type CertificateSubject,
  type CertificateUse,
  certificateFiles,
  type PlannedCertificate,
  planCertificates,
} from "./certificates/plan.js";
export {
  certificateLifetime,
  type FoundCertificate,
  type RenewalTimes,
  renewalReason,
} from "./certificates/renewal.js";
export { type ClusterConfig, clusterConfigJsonSchema, clusterConfigSchema } from "./cluster-config.js";
export { type ClusterCode, clusterCodes } from "./codes.js";
export { plasmacloudCluster } from "./extension.js";
export { nixosModules } from "./nixos/modules.js";
export type { ClusterServices } from "./services-schema.js";
