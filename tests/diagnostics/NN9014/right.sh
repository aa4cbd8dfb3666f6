nix-nos convert topology.yaml topology.json --force
