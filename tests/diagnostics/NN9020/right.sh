nix-nos ipam next topology.yaml loopbacks
