# The command line as a package. npm's lock file names no addresses, so npm itself fetches what is in it, as one
# derivation with a hash of its own; everything after that is built without a network.
{
  lib,
  makeWrapper,
  nodejs_24,
  stdenvNoCC,
}:
let
  inherit (stdenvNoCC.hostPlatform) system;
  platforms = (lib.importJSON ./npm-hashes.json).platforms;
  platform =
    platforms.${system}
      or (throw "nix-nos: nix/npm-hashes.json knows no hash of the npm packages on ${system}; add its os and cpu there, and run node scripts/npm-hashes.mjs");

  # What the build reads: a change of the documentation builds nothing again.
  source = builtins.path {
    name = "nix-nos-source";
    path = ../.;
    filter =
      let
        root = toString ../. + "/";
        parts = [
          "apps"
          "package-lock.json"
          "package.json"
          "packages"
          "tsconfig.base.json"
          "tsconfig.json"
          "tsup.config.ts"
        ];
      in
      path: _: builtins.any (part: path == root + part || lib.hasPrefix "${root}${part}/" path) parts;
  };

  nodeModules = stdenvNoCC.mkDerivation {
    name = "nix-nos-node-modules";
    nativeBuildInputs = [ nodejs_24 ];
    buildCommand = ''
      export HOME=$TMPDIR
      bash ${./node-modules.sh} ${source} $out ${platform.os} ${platform.cpu}
    '';
    outputHashMode = "recursive";
    outputHash = platform.hash;
    # A registry of one's own, and what it takes to reach it.
    impureEnvVars = lib.fetchers.proxyImpureEnvVars ++ [
      "NODE_EXTRA_CA_CERTS"
      "NPM_CONFIG_CACHE"
      "NPM_CONFIG_REGISTRY"
    ];
  };
in
stdenvNoCC.mkDerivation {
  pname = "nix-nos";
  version = (lib.importJSON ../apps/cli/package.json).version;
  src = source;

  nativeBuildInputs = [
    makeWrapper
    nodejs_24
  ];

  # Types are for whoever imports a library from npm; the program has no use for them.
  buildPhase = ''
    runHook preBuild
    cp -r ${nodeModules}/. .
    chmod -R u+w .
    patchShebangs node_modules
    export HOME=$TMPDIR
    packages=()
    for package in node_modules/* node_modules/@*/*; do
      if [ -L "$package" ]; then packages+=("--workspace=$(realpath "$package")"); fi
    done
    npm run --silent build "''${packages[@]}" -- --no-dts --silent
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    npm prune --omit=dev --offline --ignore-scripts --no-audit --no-fund --no-progress --loglevel=error \
      --workspace=nix-nos --include-workspace-root=false
    rm node_modules/.package-lock.json
    mkdir -p $out/lib/nix-nos
    for package in {apps,packages}/*/dist; do
      cp -r --parents -t $out/lib/nix-nos "$package" "''${package%/dist}/package.json"
    done
    find . -name node_modules -prune -exec cp -r --parents -t $out/lib/nix-nos {} +
    makeWrapper ${nodejs_24}/bin/node $out/bin/nix-nos --add-flags $out/lib/nix-nos/apps/cli/dist/bin.js
    runHook postInstall
  '';

  meta = {
    description = "One topology in; every configuration that a bare-metal cloud's nodes need out";
    license = lib.licenses.asl20;
    mainProgram = "nix-nos";
    platforms = builtins.attrNames platforms;
  };
}
