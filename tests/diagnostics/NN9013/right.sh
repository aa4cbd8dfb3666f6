nix-nos validate topology.nix
