nix-nos ipam next topology.yaml loopback
