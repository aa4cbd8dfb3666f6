# Packages for a system. `host.nix` is the test's: where this machine's node and npm are.
lib: system:
let
  host = import ./host.nix;

  mkDerivation =
    attributes:
    derivation (
      removeAttrs attributes [ "meta" ]
      // {
        name = attributes.name or "${attributes.pname}-${attributes.version or "0"}";
        inherit system;
        builder = "/bin/bash";
        args = [
          "-e"
          ./builder.sh
        ];
      }
    )
    // {
      pname = attributes.pname or attributes.name;
      meta = attributes.meta or { };
    };

  stdenv = {
    inherit mkDerivation;
    hostPlatform = {
      inherit system;
      isLinux = builtins.match ".*-linux" system != null;
    };
  };

  # What nobody runs here; a shell of them has to be a derivation all the same.
  empty =
    pname:
    mkDerivation {
      inherit pname;
      buildCommand = "mkdir $out";
    };

  pkgs =
    lib.genAttrs [
      "bgpq4"
      "bind"
      "biome"
      "bird2"
      "chromium"
      "cpio"
      "dejavu_fonts"
      "dnsutils"
      "etcd"
      "frr"
      "gobgp"
      "gobgpd"
      "graphviz"
      "iproute2"
      "makeWrapper"
      "mmdebstrap"
      "nftables"
      "nix"
      "openssh"
      "openssl"
      "openvswitch"
      "ovn"
      "podman"
      "qemu"
      "systemd"
      "xorriso"
    ] empty
    // {
      inherit lib stdenv;
      stdenvNoCC = stdenv;
      prometheus = empty "prometheus" // {
        cli = empty "prometheus-cli";
      };
      nodejs_24 = mkDerivation {
        pname = "nodejs";
        buildCommand = "mkdir -p $out/bin; ln -s ${host.node} $out/bin/node; ln -s ${host.npm} $out/bin/npm";
      };
      mkShell =
        attributes:
        mkDerivation (
          attributes
          // {
            pname = "shell";
            buildCommand = "export > $out";
          }
        );
      runCommand =
        name: attributes: buildCommand:
        mkDerivation (attributes // { inherit name buildCommand; });
      callPackage =
        file: own:
        let
          function = import file;
        in
        function (builtins.intersectAttrs (builtins.functionArgs function) pkgs // own);
    };
in
pkgs
