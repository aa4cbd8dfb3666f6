nix-nos convert topology.yaml -
