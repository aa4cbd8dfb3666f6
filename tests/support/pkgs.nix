# As much of nixpkgs as the modules ask for: packages are their own store paths.
lib:
let
  names = [
    "bash"
    "bird2"
    "bird3"
    "chainfire"
    "coreutils"
    "curl"
    "fiberlb"
    "flaredb"
    "flashdns"
    "gobgpd"
    "iam"
    "gnugrep"
    "gnused"
    "jq"
    "k8shost"
    "lightningstor"
    "nightlight"
    "openssl"
    "ovn"
    "plasmavmc"
    "prismnet"
    "systemd"
    "util-linux"
  ];
in
builtins.listToAttrs (
  map (name: {
    inherit name;
    value = "/nix/store/${name}";
  }) names
)
// {
  runtimeShell = "/nix/store/bash/bin/bash";
  writeText = name: _: "/nix/store/${name}";
  # What would be in the file stands in its path, for tests to read.
  writeShellScript = name: text: "/nix/store/${name} ${text}";
  formats.json = _: {
    type = lib.types.attrsOf lib.types.anything;
    generate = name: value: "/nix/store/${name} ${builtins.toJSON value}";
  };
}
