nix-nos convert topology.yaml topology.json
nix-nos convert topology.yaml topology.json
