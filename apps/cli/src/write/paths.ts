/** Bytes that a file name may have on every common file system. */
const longestName = 255;

/**
 * What is wrong with a relative path that came from a topology or a manifest, or `null`: it must stay inside the output
 * folder, whatever the names in it are.
 */
export function pathFault(path: string): string | null {
  if (path === "") return "it is empty";
  if (path.startsWith("/")) return "it is absolute";
  if (/[\p{Cc}\\]/u.test(path)) return "it holds a control character or a backslash";
  for (const part of path.split("/")) {
    if (part === "") return "a name in it is empty";
    if (part === "." || part === "..") return `it has the part "${part}"`;
    if (Buffer.byteLength(part) > longestName) return "a name in it is longer than 255 bytes";
  }
  return null;
}

/** The folder that a relative path is in, or `""` for the root. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** What of a set of files is directly in one folder: relative paths from the root. */
export interface FolderContents {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** All folders that hold a file of the set, at any depth, by their paths; the root, `""`, is always one. */
export function foldersOf(files: Iterable<string>): ReadonlyMap<string, FolderContents> {
  const all = new Map([["", newFolder()]]);
  const folderAt = (path: string) => {
    const known = all.get(path);
    if (known !== undefined) return known;
    const made = newFolder();
    all.set(path, made);
    folderAt(parentPath(path)).folders.push(path);
    return made;
  };
  for (const file of files) folderAt(parentPath(file)).files.push(file);
  return all;
}

function newFolder() {
  return { files: [] as string[], folders: [] as string[] };
}

/** Orders paths by code unit, alike on every machine. */
export function comparePaths(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
