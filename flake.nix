{
  description = "Nix-NOS: one topology becomes every configuration that the nodes of a bare-metal cloud need";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      systems = builtins.attrNames (lib.importJSON ./nix/npm-hashes.json).platforms;
      eachSystem = make: lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});

      # A module by its file, so that one which is imported twice is there once, and errors name it.
      module = name: { imports = [ (./nix/modules + "/${name}.nix") ]; };
      services = map (service: service.name) (import ./nix/modules/catalogue.nix lib);
    in
    {
      packages = eachSystem (pkgs: rec {
        nix-nos = pkgs.callPackage ./nix/package.nix { };
        default = nix-nos;
      });

      apps = eachSystem (pkgs: rec {
        nix-nos = {
          type = "app";
          program = lib.getExe self.packages.${pkgs.stdenv.hostPlatform.system}.nix-nos;
        };
        default = nix-nos;
      });

      overlays.default = final: _: { nix-nos = final.callPackage ./nix/package.nix { }; };

      devShells = eachSystem (pkgs: { default = pkgs.callPackage ./nix/dev-shell.nix { }; });

      nixosModules =
        lib.genAttrs (
          [
            "fiberlb-bgp"
            "first-boot-automation"
            "installer"
            "installer-iso"
            "installer-netboot"
            "nix-nos"
            "phone-home"
            "plasmacloud"
            "plasmacloud-cluster"
            "prismnet-overlay"
          ]
          ++ services
        ) module
        // {
          # A topology as options; a cloud's modules are asked for by name.
          default = module "nix-nos";
        };

      # The package at work: the smallest real topology, rendered.
      checks = eachSystem (pkgs: {
        seed =
          pkgs.runCommand "nix-nos-seed"
            { nativeBuildInputs = [ self.packages.${pkgs.stdenv.hostPlatform.system}.nix-nos ]; }
            ''
              cp ${./examples/seed.yaml} seed.yaml
              nix-nos render seed.yaml --out $out
            '';
      });
    };
}
