export type { EtcdClientOptions } from "./client.js";
export { EtcdError, type EtcdErrorCode } from "./etcd-error.js";
export { createEtcdStore, type EtcdStoreOptions } from "./etcd-store.js";
