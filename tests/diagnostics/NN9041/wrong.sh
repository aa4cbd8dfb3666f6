nix-nos bgp explain topology.yaml node02 203.0.113.7/24
