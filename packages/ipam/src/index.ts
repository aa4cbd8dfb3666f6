export {
  type AddressFamily,
  addToAddress,
  compareAddress,
  familyOf,
  formatAddress,
  type IpAddress,
  parseAddress,
} from "./address.js";
export {
  type AddressResult,
  type AllocationFailure,
  type Allocator,
  type BlockResult,
  createAllocator,
  type Reservation,
} from "./allocator.js";
export { carve } from "./carve.js";
export { findConflicts, type RecordConflict, repairRecords } from "./conflicts.js";
export { type PoolHolder, poolHolders } from "./holders.js";
export { isLinkLocal } from "./link-local.js";
export type { AllocationRecord, AllocationState, PoolDefinition, ReleasedRecord } from "./pool.js";
export {
  addressBits,
  firstAddress,
  formatPrefix,
  hostPrefix,
  type InterfaceAddress,
  lastAddress,
  networkOf,
  type Prefix,
  parseInterfaceAddress,
  parsePrefix,
  prefixSize,
  subnets,
} from "./prefix.js";
export { conclude, type Recollection, recall, restingRecords } from "./quarantine.js";
export { type AddressRange, hostRange, isUsableHost, parseRange } from "./range.js";
export { containsAddress, containsPrefix, findOverlaps, isInside, overlaps } from "./relation.js";
export { reverseName, reverseZones } from "./reverse-dns.js";
export {
  type LockFault,
  type LockResult,
  parseLockFile,
  printLockFile,
} from "./store/lock-file.js";
export { createMemoryStore, type MemoryStoreOptions } from "./store/memory-store.js";
export { type LockDecision, type RepairResult, repairLockFile } from "./store/repair.js";
export type { AllocationOutcome, AllocationRequest, AllocationStore } from "./store/store.js";
export { type PrefixUse, poolUse, type Taken } from "./usage.js";
