nix-nos convert topology.json topology.nix
