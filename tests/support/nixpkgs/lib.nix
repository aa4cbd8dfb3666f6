# Functions of nixpkgs's `lib`, by their own names and meanings.
rec {
  genAttrs =
    names: make:
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = make name;
      }) names
    );
  getExe = package: "${package}/bin/${package.meta.mainProgram or package.pname}";
  hasPrefix = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;
  importJSON = file: builtins.fromJSON (builtins.readFile file);
  optionals = condition: list: if condition then list else [ ];
  licenses.asl20.spdxId = "Apache-2.0";
  fetchers.proxyImpureEnvVars = [
    "http_proxy"
    "https_proxy"
    "no_proxy"
    "HTTP_PROXY"
    "HTTPS_PROXY"
    "NO_PROXY"
  ];
}
