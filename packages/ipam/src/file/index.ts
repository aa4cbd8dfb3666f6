export { createFileStore, type FileStoreOptions } from "./file-store.js";
export { FileStoreError, type FileStoreErrorCode } from "./file-store-error.js";
