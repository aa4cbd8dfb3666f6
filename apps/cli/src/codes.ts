/** Every diagnostic code of the command line, explained. */
export const cliCodes = {
  NN1006: {
    title: "Nix cannot evaluate the topology",
    explanation:
      "The user's own Nix read the file and refused it: a syntax error, an undefined name, a failed assertion or a throw. The message and the place are Nix's. A topology is an attribute set, or a function that can be called with `{ }`.",
  },
  NN1007: {
    title: "A value in a Nix topology is not data",
    explanation:
      "Functions and derivations have no meaning in a topology, which is plain data: sets, lists, texts, numbers, booleans, null and paths. Most often a function was named where its result was meant.",
  },
  NN1008: {
    title: "Nix takes too long, or nests too deep",
    explanation:
      "Evaluation was stopped after 60 seconds, ran out of stack or memory, or a value contains itself. Look for a set that refers to itself, or a recursion without an end.",
  },
  NN1009: {
    title: "No Nix on this machine",
    explanation:
      "A topology in Nix is evaluated by `nix-instantiate`, which is not on the PATH. Install Nix (the Debian package is `nix-bin`), or run `nix-nos convert topology.nix topology.yaml` on a machine that has it and render the YAML here.",
  },
  NN1010: {
    title: "Unknown kind of file",
    explanation:
      "What language a topology is written in is told by the end of its name: `.yaml`, `.yml`, `.json` or `.nix`. Rename the file, or give YAML on standard input with `-`.",
  },
  NN9001: {
    title: "A file cannot be read",
    explanation:
      "The file that was named does not exist, is a folder, or may not be read. Check the path; relative paths start from the current folder.",
  },
  NN9002: {
    title: "The output cannot be written",
    explanation:
      "The output must be a folder that may be replaced as a whole, because a render swaps a complete new tree in: not a file, not a mount point, not a folder that holds the topology or the current folder, and in a folder that may be written. What was there before is unchanged.",
  },
  NN9003: {
    title: "The lock file would change",
    explanation:
      "`--frozen-lockfile` promises that every allocated address is already recorded in the lock file, and this topology needs others. Render once without the flag, look at the change of the lock file, and commit it.",
  },
  NN9004: {
    title: "A generated file was edited",
    explanation:
      "A file that the manifest lists no longer has the content that was rendered, so somebody changed it by hand. Rendering overwrites it, because generated files belong to the topology; put the change into the topology to keep it.",
  },
  NN9005: {
    title: "A file stands where one would be written",
    explanation:
      "A file that nix-nos did not write has the name of one that it would write, and its content differs. It is not overwritten. Move it away, or choose another output folder.",
  },
  NN9006: {
    title: "The manifest is damaged",
    explanation:
      "`manifest.json` in the output folder says which files are generated; this one was not written by nix-nos, was edited, or comes from a newer version. Without it nothing can be replaced safely. Move the folder away and render again.",
  },
  NN9007: {
    title: "Another run writes the same folder",
    explanation:
      "Two runs that write one folder would undo each other's work, so the second stops. Wait for the first, or give each a folder of its own: `--out` for what is rendered, `--dir` for certificates.",
  },
  NN9008: {
    title: "A rendered file has an unusable path",
    explanation:
      "The path of a rendered file would leave the output folder, or two files would have the same one. Nothing was written. Most often a name in the topology holds what no file name can.",
  },
  NN9009: {
    title: "The lock file is damaged, or out of reach",
    explanation:
      "The lock file, `topology.lock.json` or for a second topology in the folder `NAME.lock.json`, records which address belongs to what; it could not be read as such, so addresses might move. Take it back from version control. Deleting it gives every automatic address anew. The same code is given where the system does not let it be read or written. And of two commands that give addresses at the same time, the second writes nothing and says so: run it again.",
  },
  NN9010: {
    title: "A selection that selects nothing",
    explanation:
      "`--node` or `--kind` names something that this topology does not have. It would write nothing, which is hardly meant; the hint has the nearest name.",
  },
  NN9011: {
    title: "Allocated addresses are not recorded",
    explanation:
      "A topology on standard input has no place beside it for a lock file, so automatic addresses are given anew in each run and may move when the topology changes. Render from a file to keep them.",
  },
  NN9012: {
    title: "A rendered file is refused by its own parser",
    explanation:
      "`--check` ran the program that will read the file, and it says no. Nothing was written. This is a fault of nix-nos, or the installed program is too old for what was rendered; please report it with the topology.",
  },
  NN9013: {
    title: "A tool failed",
    explanation:
      "A program that the command runs could not be started or ended in an unexpected way. The message has what it said.",
  },
  NN9014: {
    title: "The destination exists",
    explanation:
      "`convert`, `init` and `deploy iso` do not overwrite a file unless told to with `--force`. Choose another name, or look at what is there first.",
  },
  NN9015: {
    title: "The data cannot be written in that language",
    explanation:
      "A value has no spelling in the language to convert to: Nix, for one, has no text with a NUL character in it.",
  },
  NN9016: {
    title: "Wrong usage",
    explanation:
      "A command was called with an unknown flag, a flag too few or an argument too many. `nix-nos help COMMAND` shows what it takes.",
  },
  NN9018: {
    title: "The lock file holds both sides of a merge",
    explanation:
      "Two branches changed the lock file, and the merge left its marks (`<<<<<<<`) in it. `nix-nos ipam repair TOPOLOGY` puts both sides together: every key keeps its address, and where two keys have one address, the first by name keeps it.",
  },
  NN9019: {
    title: "One address on record for two keys, or two for one key",
    explanation:
      "Two branches each gave the same free address to a key of their own, or each an address to the same key, and were merged without a conflict of text. Rendering would move one of the two in silence, so it is refused. `nix-nos ipam repair TOPOLOGY` decides: the first key by name keeps the address, the other gets a new one when it is next rendered; of two addresses of one key, one rests.",
  },
  NN9020: {
    title: "No such pool, key or address",
    explanation:
      "`ipam next` was asked for a pool, or for blocks of a length that its addresses do not have, `ipam release` for a key that is not there, or `ipam who` for something that looks like an address and is none. `nix-nos ipam show` lists the pools, `nix-nos ipam who` the keys.",
  },
  NN9021: {
    title: "The lab cannot go on",
    explanation:
      "`nix-nos lab` needs Linux, root, iproute2 and the daemons that the topology names; or a tool, or a daemon that it started, refused. The message has what it said, and nothing of the machine's own network was touched.",
  },
  NN9041: {
    title: "Nothing that could be explained",
    explanation:
      "`bgp explain` takes a node that speaks BGP, and a prefix as it is announced, `203.0.113.0/24`. An address stands for its host route, as VIPs are announced.",
  },
  NN9051: {
    title: "A routing registry gave no answer",
    explanation:
      "`bgp irr` asked with bgpq4, and it ended with a fault, took longer than `--timeout`, or said something that is no answer. What is on record for the set stays as it is, so rendering goes on with the last good answer; the command ends with 3, so that whoever runs it by the clock hears of it.",
  },
  NN9052: {
    title: "An answer that is not taken",
    explanation:
      "An answer without an entry is never taken: most often the name is wrong, or the registry has lost the set. One that lost more than half of what was there, that takes in large parts of the address space, or about whose data bgpq4 complained, is taken with `--force` alone, after somebody looked. What is on record stays.",
  },
  NN9053: {
    title: "The record of registries' answers is damaged, or out of reach",
    explanation:
      "`topology.irr.json`, or for a second topology in the folder `NAME.irr.json`, has what routing registries last answered; it could not be read as such. Take it back from version control, or delete it and run `nix-nos bgp irr TOPOLOGY`. The same code is given where the system does not let it be read or written.",
  },
  NN9070: {
    title: "Private keys in the output folder",
    explanation:
      "The output folder is deployed to nodes, committed and copied into the Nix store, where everybody may read it. `certs` keeps private keys in a directory of its own, outside any folder that `render` wrote or is to write.",
  },
  NN9071: {
    title: "The authority is lost or damaged",
    explanation:
      "The folder `ca` has the authority's certificate and private key, and one of them is missing, cannot be read, or is another one's. A new authority would not be trusted by the nodes that are there, so none is made. Take the folder back from a backup; without one, move the whole directory away, and give every node new certificates.",
  },
  NN9072: {
    title: "The authority has ended",
    explanation:
      "An authority's own certificate has an end, after which nobody trusts what it signed; NN9075 warns of it for as long as a certificate is good for. After it, `certs --ca switch` makes another one and signs everything with it; until every node has its new certificates, the nodes do not trust each other.",
  },
  NN9073: {
    title: "Certificates of another topology",
    explanation:
      "The authority in the directory was made for a topology of another `name`, and would vouch for strangers. Give each topology a directory of its own; if the topology has a new name, it needs a new authority.",
  },
  NN9074: {
    title: "A private key that others may read",
    explanation:
      "Whoever reads a private key can pass for its holder, so its file must belong to the user who runs the command, and nobody else may read it (mode 0600). Where somebody may have read it, remove the certificate's folder: it is made anew, with another key.",
  },
  NN9075: {
    title: "The authority ends soon",
    explanation:
      "The authority's own certificate ends before a certificate made now would, so that all end with it. Replace it in time, in three steps, and bring the nodes what is in the directory after each: `certs --ca prepare` makes another one that every node is to trust, `certs --ca switch` signs everything with it, `certs --ca drop` takes the trust from the old one.",
  },
  NN9076: {
    title: "Certificates cannot be read or written",
    explanation:
      "The system refused a file or folder in the directory of certificates; the message has its reason. What was there is unchanged.",
  },
  NN9077: {
    title: "A step to another authority out of turn",
    explanation:
      "An authority is replaced in three steps, prepare, switch and drop, so that at any time every node trusts what the others show. One of them was asked for before the one that it builds on.",
  },
  NN9080: {
    title: "The deployer's credentials cannot be used",
    explanation:
      "`nix-nos deploy` reads where the deployer is, which authority to trust and whose token to show from a JSON file, `deployer.json` or the one that `--credentials` names. It is missing, or something in it is wrong. A token is never given on the command line, where every user of the machine sees it.",
  },
  NN9081: {
    title: "The deployer cannot be reached",
    explanation:
      "Nothing answered at the address in the credentials, what answered is no deployer, or its certificate is not of the authority that is trusted; the message has the reason. It was tried several times.",
  },
  NN9082: {
    title: "The deployer refuses",
    explanation:
      "The deployer understood, and said no: there is no such node, its state has no such step, the token is not good or its role not enough, somebody else changed it meanwhile. The message has its words, the hint its code and the request's number in its log. Nothing was changed.",
  },
  NN9083: {
    title: "The generic image cannot be used",
    explanation:
      "`deploy iso --generic` writes a machine's settings into the area that a generic installer image reserves for them: a file of its root folder, which `nix/modules/installer-iso.nix` puts there. The image has none, it is no ISO image, the area is damaged or too small, or another machine's settings are in it already. The message says which, and the image is unchanged.",
  },
} as const;

export type CliCode = keyof typeof cliCodes;
